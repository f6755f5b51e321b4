package actions

import (
	"slices"
	"strings"
)

// KnobShape says how the value of a control file is best edited.
type KnobShape uint8

// The shapes of values.
const (
	ShapeText   KnobShape = iota // Any line of text.
	ShapeFlag                    // 0 or 1.
	ShapeNumber                  // A number within bounds.
	ShapeSize                    // Bytes, or a number with a suffix as in 512M.
	ShapeCPUs                    // A list of CPUs.
	ShapeNodes                   // A list of memory nodes.
	ShapeWord                    // One of Words.
	ShapePair                    // Two numbers.
	ShapeKeyed                   // A key and what is set for it: one line of the file at a time.
)

// KnobAccess says what may be done with a control file.
type KnobAccess uint8

// The ways of access.
const (
	AccessBoth  KnobAccess = iota
	AccessRead             // It tells, and cannot be set.
	AccessWrite            // It does something when it is written, and says nothing.
	AccessReset            // It tells, and is set back to zero by a write.
)

// KnobKind is what a control file takes, and what it means.
type KnobKind struct {
	File   string
	Takes  string   // One short line, such as "a number from 1 to 10000; 100 unless set".
	Means  string   // One line; empty where bulkhead does not know the file.
	Words  []string // All that it takes, where these are few.
	Shape  KnobShape
	Access KnobAccess
	form   form
}

// form is how the values of a kind of files are written.
type form interface {
	takes() string
	shape() KnobShape
	// check reports whether the file takes a value.
	check(value string) bool
	// same reports whether a file that says now would not change by a write.
	same(now, to string) bool
	// back is what takes a write back, where the file says now before.
	back(now, to string) string
	// change says for a person what there is before a write, and what will be.
	change(now, to string) (was, will string)
}

// KindOf returns what a control file takes. It knows those of the kernel's documents admin-guide/cgroup-v2.rst and
// admin-guide/cgroup-v1; of any other it says so, and takes what is given.
func KindOf(file string) KnobKind {
	name := generic(file)
	for access, table := range [...]map[string]knob{AccessBoth: knobs, AccessRead: readOnly, AccessWrite: writeOnly, AccessReset: resets} {
		if k, ok := table[name]; ok {
			return k.kind(file, KnobAccess(access))
		}
	}
	return knob{form: text{what: "a line of text: what it means is not known here"}}.kind(file, AccessBoth)
}

// knob is what the tables tell of a file.
type knob struct {
	form  form
	means string
}

func (k knob) kind(file string, access KnobAccess) KnobKind {
	kind := KnobKind{File: file, Means: k.means, Access: access, form: k.form}
	if access == AccessRead {
		kind.Takes = "nothing: it can only be read"
		return kind
	}
	kind.Takes, kind.Shape = k.form.takes(), k.form.shape()
	if w, ok := k.form.(word); ok {
		kind.Words = slices.Clone(w)
	}
	return kind
}

// generic returns the name by which the tables know a file: hugetlb.2MB.max is hugetlb.*.max, whatever the size of the pages,
// and what a cpuset mounted with noprefix calls cpus is cpuset.cpus.
func generic(file string) string {
	if controller, rest, ok := strings.Cut(file, "."); ok && controller == "hugetlb" {
		_, rest, _ = strings.Cut(rest, ".")
		return "hugetlb.*." + rest
	}
	if _, known := knobs[file]; !known && !strings.Contains(file, ".") {
		for _, table := range []map[string]knob{knobs, readOnly} {
			if _, ok := table["cpuset."+file]; ok {
				return "cpuset." + file
			}
		}
	}
	return file
}

// Check refuses a value that the file does not take.
func (k KnobKind) Check(value string) error {
	switch {
	case k.Access == AccessRead:
		return refuse("%s can only be read", k.File)
	case strings.ContainsFunc(value, control):
		return refuse("a value is one line of text without control characters")
	case strings.TrimSpace(value) != value:
		return refuse("%q begins or ends with a blank", value).help("leave the blank out")
	case k.form.check(value):
		return nil
	}
	takes, _, _ := strings.Cut(k.Takes, ";")
	r := refuse("%s takes %s, not %s", k.File, takes, said(value))
	if odd, ok := oddNumber(value); ok {
		r = r.help("write %s in plain decimal: the kernel reads a number with a leading 0 as octal, with 0x as hexadecimal", odd)
	}
	return r
}

// control reports whether a character moves the cursor or worse; DEL is the last of them in ASCII.
func control(c rune) bool { return c < ' ' || c == 0x7f }

// oddNumber finds a number that the kernel would read otherwise than a person, as in kstrtoull(…, 0): see kernel-api.
func oddNumber(value string) (string, bool) {
	for _, token := range strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(" =:,-", c) }) {
		if len(token) > 1 && token[0] == '0' && strings.Trim(token, "0123456789abcdefxKMGTkmgt") == "" {
			return token, true
		}
	}
	return "", false
}
