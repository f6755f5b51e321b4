package settings

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func columns(v1, v2, both []string) Settings {
	return Settings{Cgroups: Cgroups{Columns: Sets{V1: v1, V2: v2, Both: both}}}
}

func TestMerge(t *testing.T) {
	a, b, c := []string{"group", "a"}, []string{"group", "b"}, []string{"group", "c"}
	sorted := func(by string, reverse bool) Settings { return Settings{Cgroups: Cgroups{Sort: by, Reverse: reverse}} }
	for name, test := range map[string]struct{ was, now, there, want Settings }{
		"nothing changed":        {columns(a, nil, nil), columns(a, nil, nil), columns(b, c, nil), columns(b, c, nil)},
		"each changed one":       {columns(nil, nil, nil), columns(a, nil, nil), columns(nil, b, c), columns(a, b, c)},
		"both changed the same":  {columns(a, nil, nil), columns(b, nil, nil), columns(c, nil, nil), columns(b, nil, nil)},
		"as usual again":         {columns(a, b, nil), columns(nil, b, nil), columns(a, c, nil), columns(nil, c, nil)},
		"removed by another one": {columns(a, b, nil), columns(c, b, nil), columns(a, nil, nil), columns(c, nil, nil)},
		"sorted":                 {sorted("mem", false), sorted("mem", true), sorted("cpu", false), sorted("cpu", true)},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Merge(test.was, test.now, test.there); !cmp.Equal(got, test.want) {
				t.Errorf("merged %+v, want %+v", got, test.want)
			}
		})
	}
}
