package probe_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"bulkhead/probe"
)

func TestControllers(t *testing.T) {
	tests := map[string]struct {
		text string
		want []probe.Controller
	}{
		"usual": {
			"#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpuset\t3\t1\t1\nmemory\t0\t71\t0\n",
			[]probe.Controller{{Name: "cpuset", Hierarchy: 3, Enabled: true}, {Name: "memory"}},
		},
		"odd":   {"cpu x 1 1\ncpu 1\n\n\xff 2 1 1\n", []probe.Controller{{Name: "\xff", Hierarchy: 2, Enabled: true}}},
		"empty": {"", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			proc := t.TempDir()
			if err := os.WriteFile(filepath.Join(proc, "cgroups"), []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := probe.Roots{Proc: proc}.Controllers()
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
	if got, err := (probe.Roots{Proc: t.TempDir()}).Controllers(); err == nil {
		t.Errorf("a /proc without the file tells %+v", got)
	}
}
