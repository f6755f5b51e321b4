package proc

import (
	"fmt"
	"testing"
)

func TestParseNamespaceLink(t *testing.T) {
	tests := map[string]struct {
		kind  string
		inode uint64
		ok    bool
	}{
		"net:[4026531840]":           {"net", 4026531840, true},
		"user:[1]":                   {"user", 1, true},
		"mnt:[18446744073709551615]": {"mnt", 1<<64 - 1, true},
		"net:[0]":                    {},
		"net:[]":                     {},
		"net:[":                      {},
		"net:[12":                    {},
		"net:12":                     {},
		":[12]":                      {},
		"net:[-1]":                   {},
		"net:[12] ":                  {},
		"net:[12]]":                  {},
		"socket:":                    {},
		"/run/netns/blue":            {},
		"":                           {},
	}
	for text, test := range tests {
		kind, inode, err := ParseNamespaceLink(text)
		if kind != test.kind || inode != test.inode || (err == nil) != test.ok {
			t.Errorf("ParseNamespaceLink(%q) = %q, %d, %v, want %q, %d", text, kind, inode, err, test.kind, test.inode)
		}
	}
}

// The three tables must tell of the same types in the same order.
func TestNamespaceTables(t *testing.T) {
	for i, name := range namespaceNames {
		if got, want := namespaceFiles[i], "ns/"+name+"\x00"; got != want {
			t.Errorf("file of %s = %q, want %q", name, got, want)
		}
		want := name
		if i >= int(PIDForChildren) {
			want = name[:len(name)-len("_for_children")]
		}
		if got := namespaceKinds[i]; got != want {
			t.Errorf("kind of %s = %q, want %q", name, got, want)
		}
		if got := NamespaceType(i).String(); got != name {
			t.Errorf("NamespaceType(%d) = %q, want %q", i, got, name)
		}
	}
	if got := NamespaceType(len(namespaceNames)).String(); got != "invalid" {
		t.Errorf("type beyond the last = %q, want invalid", got)
	}
}

func FuzzParseNamespaceLink(f *testing.F) {
	for _, text := range []string{"net:[4026531840]", "net:[0]", "net:[", "", "a:[1]:[2]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		kind, inode, err := ParseNamespaceLink(text)
		if err != nil {
			return
		}
		if inode == 0 || kind == "" {
			t.Errorf("ParseNamespaceLink(%q) = %q, %d", text, kind, inode)
		}
		again, same, err := ParseNamespaceLink(fmt.Sprintf("%s:[%d]", kind, inode))
		if err != nil || again != kind || same != inode {
			t.Errorf("ParseNamespaceLink(%q), written and read again: %q, %d, %v", text, again, same, err)
		}
	})
}
