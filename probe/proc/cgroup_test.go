package proc

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseCgroup(t *testing.T) {
	tests := map[string]struct {
		text string
		want []Membership
	}{
		"empty": {"", nil},
		"v2":    {"0::/user.slice\n", []Membership{{Path: "/user.slice"}}},
		"hybrid": {"9:name=systemd:/\n2:cpu,cpuacct:/lab\n0::/\n", []Membership{
			{Hierarchy: 9, Controllers: "name=systemd", Path: "/"},
			{Hierarchy: 2, Controllers: "cpu,cpuacct", Path: "/lab"},
			{Path: "/"},
		}},
		"odd bytes": {"0::/a:b c\\x2d\\040\td\xff\x1b\n", []Membership{{Path: "/a:b c\\x2d\\040\td\xff\x1b"}}},
		"namespace": {"0::/../../x\n", []Membership{{Path: "/../../x"}}},
		"deleted":   {"0::/x (deleted)\n", []Membership{{Path: "/x", Deleted: true}}},
		// The kernel says this of v2 groups only, so in v1 it is a name.
		"v1, named so": {"3:cpuset:/x (deleted)\n", []Membership{{Hierarchy: 3, Controllers: "cpuset", Path: "/x (deleted)"}}},
		"no newline":   {"0::/x", []Membership{{Path: "/x"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := ParseCgroup([]byte(test.text))
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("ParseCgroup(%q) = %+v, %v, want %+v", test.text, got, err, test.want)
			}
		})
	}
}

func TestParseCgroupRefuses(t *testing.T) {
	for _, text := range []string{"\n", "0:/x\n", "x::/\n", "-1::/\n", "::/\n", "0::x\n", "0::\n", "99999999999::/\n", "0::/\n\n"} {
		if got, err := ParseCgroup([]byte(text)); err == nil {
			t.Errorf("ParseCgroup(%q) = %+v, want an error", text, got)
		}
	}
}

func FuzzParseCgroup(f *testing.F) {
	for _, text := range []string{"", "0::/x\n", "0::/x (deleted)\n", "2:cpu,cpuacct:/lab\n0::/a:b\n", "0:/x\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		memberships, err := ParseCgroup([]byte(text))
		if err != nil {
			return
		}
		var again strings.Builder
		for _, m := range memberships {
			fmt.Fprintf(&again, "%d:%s:%s", m.Hierarchy, m.Controllers, m.Path)
			if m.Deleted {
				again.WriteString(" (deleted)")
			}
			again.WriteByte('\n')
		}
		same, err := ParseCgroup([]byte(again.String()))
		if err != nil || !slices.Equal(same, memberships) {
			t.Errorf("ParseCgroup(%q) = %+v, written and read again %+v, %v", text, memberships, same, err)
		}
	})
}
