package filter

import (
	"strings"
	"testing"
)

// row is a subject written down as a table.
type row map[Field]string

func (r row) AppendField(dst []byte, f Field) []byte { return append(dst, r[f]...) }

var nginx = row{
	Any: "20553 nginx root Nginx: Master process /usr/sbin/nginx ÄPFEL docker web-1", Comm: "nginx", PID: "20553", TID: "20553", PPID: "1",
	Command: "nginx: master process /usr/sbin/nginx", User: "root", UID: "0", State: "S", CPU: "1",
	Group:            "/docker/3f1c\x00/init.scope",
	NetworkNamespace: "4026531840", PIDNamespace: "4026531836", UserNamespace: "4026531837", CgroupNamespace: "4026531835",
	Namespace:     "4026531840\x004026531836\x004026531837\x004026531835",
	NamespaceType: "net\x00pid\x00user\x00cgroup",
}

// matches says which filters match the row above.
var matches = map[string]bool{
	"":                          true,
	"   ":                       true,
	"nginx":                     true,
	"NGINX":                     true,
	"äpfel":                     true,
	"nginx master":              true,
	"nginx apache":              false,
	`"nginx: master"`:           true,
	`"master nginx:"`:           false,
	"!apache":                   true,
	"!nginx":                    false,
	"comm:nginx":                true,
	"comm:ngin":                 true,
	"COMM:Nginx":                true,
	"comm:master":               false,
	"cmd:master":                true,
	`cmd:"master process"`:      true,
	"cmd:/usr/sbin":             true,
	"!cmd:/usr/sbin":            false,
	"state:S":                   true,
	"state:s":                   true,
	"!state:S":                  false,
	"pid:20553":                 true,
	"pid:020553":                true,
	"pid:2055":                  false,
	"pid:4026531836":            true,
	"pid:4026531840":            false,
	"pid:[4026531836]":          true,
	"net:4026531840":            true,
	"net:[4026531840]":          true,
	"net:[4026531840":           true,
	"net:402653184":             false,
	"!net:[4026531840]":         false,
	"ns:4026531835":             true,
	"ns:4026531834":             false,
	"ns:[4026531836]":           true,
	"type:net":                  true,
	"type:mnt":                  false,
	"time:4026531834":           false,
	"user:root":                 true,
	"user:oo":                   true,
	"user:nobody":               false,
	"user:0":                    true,
	"user:4026531837":           true,
	"uid:0":                     true,
	"uid:00":                    true,
	"uid:1":                     false,
	"cg:/docker":                true,
	"cg:/init":                  true,
	"cg:3f1c/init":              false,
	"cgroup:/docker":            true,
	"cgroup:4026531835":         true,
	"ppid:1":                    true,
	"tid:20553":                 true,
	"cpu:1":                     true,
	"cpu:0":                     false,
	"/usr/sbin/nginx":           true,
	"10.0.0.1:80":               false,
	`""`:                        true,
	`"nginx: mas`:               true,
	`"\"quoted\""`:              false,
	`comm:nginx !"comm:nginx"`:  true,
	"nginx pid:20553 !state:Z ": true,
}

func TestMatch(t *testing.T) {
	for expr, want := range matches {
		f, err := Parse(expr)
		if err != nil {
			t.Errorf("Parse(%q): %v", expr, err)
			continue
		}
		if got := f.Match(nginx); got != want {
			t.Errorf("%q matches: %v, want %v", expr, got, want)
		}
		if f.String() != expr {
			t.Errorf("%q is written %q", expr, f)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for expr, want := range map[string]string{
		"foo:bar":        `no field "foo": there are comm, cmd, pid,`,
		"x nonsense:":    `no field "nonsense"`,
		"net:":           "net: needs a value behind the colon",
		"net:blue":       `net: takes the inode number of a namespace, such as net:4026531840, not "blue"`,
		"pid:nginx":      `pid: takes a number, not "nginx"`,
		"uid:-1":         "uid: takes a number",
		"cpu:0-3":        "cpu: takes a number",
		"type:network":   "type: takes one of cgroup, ipc, mnt, net, pid, time, user, uts",
		"state:sleeping": "state: takes one letter",
		"!":              `"!" needs a term`,
		"nginx !":        `"!" needs a term`,
		`comm:""`:        "comm: needs a value",
	} {
		f, err := Parse(expr)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): error %v, want %q in it", expr, err, want)
		}
		if !f.Empty() {
			t.Errorf("Parse(%q) gives a filter beside its error", expr)
		}
	}
}

func TestEmpty(t *testing.T) {
	var zero Filter
	if !zero.Empty() || !zero.Match(row{}) || zero.String() != "" || zero.Highlights("x") != nil {
		t.Errorf("the zero filter is not empty: %+v", zero)
	}
	if f, err := Parse("x"); err != nil || f.Empty() {
		t.Errorf("the filter x: %+v, %v", f, err)
	}
}

// A row without a field is not in it, and so is in what is negated.
func TestMissingField(t *testing.T) {
	for expr, want := range map[string]bool{"net:4026531840": false, "!net:4026531840": true, "comm:x": false, "!cg:/": true} {
		f, err := Parse(expr)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(row{}); got != want {
			t.Errorf("%q matches an empty row: %v, want %v", expr, got, want)
		}
	}
}

func TestHighlights(t *testing.T) {
	tests := map[string]struct{ expr, text, want string }{
		"one":          {"gin", "nginx", "n[gin]x"},
		"case":         {"GIN", "nGiNx", "n[GiN]x"},
		"several":      {"n", "nginx", "[n]gi[n]x"},
		"overlapping":  {"ngi gin", "nginx", "[ngin]x"},
		"touching":     {"ng in", "nginx", "[ngin]x"},
		"negated":      {"!gin", "nginx", "nginx"},
		"field":        {"comm:gin", "nginx", "nginx"},
		"none":         {"x", "abc", "abc"},
		"not ASCII":    {"äP", "ein Äpfel", "ein [Äp]fel"},
		"other length": {"k", "1K\u212a2", "1[K\u212a]2"},
		"empty term":   {`""`, "abc", "abc"},
		"not UTF-8":    {"b", "\xffb\xff", "\xff[b]\xff"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f, err := Parse(tt.expr)
			if err != nil {
				t.Fatal(err)
			}
			if got := bracketed(tt.text, f.Highlights(tt.text)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func bracketed(text string, ranges [][2]int) string {
	for i := len(ranges) - 1; i >= 0; i-- {
		from, to := ranges[i][0], ranges[i][1]
		text = text[:from] + "[" + text[from:to] + "]" + text[to:]
	}
	return text
}

func TestFieldsAreComplete(t *testing.T) {
	reached := map[Field]bool{Any: true}
	for _, f := range fields {
		reached[f.plain], reached[f.namespace] = true, true
	}
	for f := Any; f <= Group; f++ {
		if !reached[f] {
			t.Errorf("field %d has no name", f)
		}
	}
	if got := len(Fields()); got != len(fields) {
		t.Errorf("%d names of %d fields", got, len(fields))
	}
}

func TestMatcherDoesNotAllocate(t *testing.T) {
	f, err := Parse(`nginx pid:20553 cg:/docker cmd:"a rather long text that is not to be found anywhere in it"`)
	if err != nil {
		t.Fatal(err)
	}
	match := f.Matcher()
	s := row{Any: "nginx", PID: "20553", Group: "/docker", Command: strings.Repeat("Nginx: ", 50)}
	match(s)
	if n := testing.AllocsPerRun(100, func() { match(s) }); n != 0 {
		t.Errorf("a match allocates %v times", n)
	}
}
