package actions

import (
	"slices"
	"strings"
)

// keyed is a file with a line for each device, interface or resource. A write sets one of them; see "Format" in the kernel's
// cgroup-v2 document, which calls it flat keyed, or nested keyed where names are set.
type keyed struct {
	key     key
	example string
	fields  []field // What is set for the key, by name; of a file with one value for each key, that without a name.
	unset   string  // What is written behind a key so that nothing is set for it.
	common  bool    // Without a key, or with the key default, what holds for all that have no line.
}

// field is one thing that can be set for a key.
type field struct {
	name string
	form form
}

// key is what the lines of a keyed file stand for.
type key uint8

const (
	keyDevice   key = iota // A block device, as MAJOR:MINOR.
	keyName                // A resource, a device or an interface by name.
	defaultLine = "default"
)

func (k keyed) takes() string {
	what := "NAME and "
	if k.key == keyDevice {
		what = "MAJOR:MINOR and "
	}
	for i, f := range k.fields {
		switch {
		case f.name == "":
			what += f.form.takes()
		case i == 0:
			what += f.name + "=…"
		default:
			what += " " + f.name + "=…"
		}
	}
	what += ", as in " + k.example
	if k.common {
		what += ", or default and a number"
	}
	return what
}

func (keyed) shape() KnobShape { return ShapeKeyed }

// cut parts a line into its key and what is set for it.
func (k keyed) cut(line string) (name, rest string) {
	name, rest, ok := strings.Cut(line, " ")
	if !ok && k.common {
		return defaultLine, name
	}
	return name, rest
}

func (k keyed) check(value string) bool {
	name, rest := k.cut(value)
	known := name != "" && k.key == keyName
	switch {
	case k.common && name == defaultLine:
		return k.fields[0].form.check(rest)
	case k.key == keyDevice:
		known = deviceNumber(name)
	}
	return known && (rest == k.unset || k.checkFields(strings.Fields(rest)))
}

// deviceNumber reports whether a text is MAJOR:MINOR.
func deviceNumber(text string) bool {
	major, minor, ok := strings.Cut(text, ":")
	_, a := decimalNumber(major)
	_, b := decimalNumber(minor)
	return ok && a && b && strings.Trim(major+minor, "0123456789") == ""
}

func (k keyed) checkFields(set []string) bool {
	for _, s := range set {
		i := slices.IndexFunc(k.fields, func(f field) bool { return f.name == fieldName(s) })
		if i < 0 || !k.fields[i].form.check(fieldValue(s)) {
			return false
		}
	}
	return len(set) == 1 || (len(set) > 1 && k.fields[0].name != "")
}

func fieldName(set string) string {
	name, _, named := strings.Cut(set, "=")
	if !named {
		return ""
	}
	return name
}

func fieldValue(set string) string {
	if _, value, named := strings.Cut(set, "="); named {
		return value
	}
	return set
}

// back is the old line of the key, or that by which nothing is set for it.
func (k keyed) back(now, to string) string {
	name, _ := k.cut(to)
	for line := range strings.SplitSeq(now, "\n") {
		if key, rest := k.cut(line); key == name && rest != "" {
			return name + " " + written(rest)
		}
	}
	return name + " " + k.unset
}

// written leaves out of a line of io.cost.model and io.cost.qos what the kernel chose by itself: written back, it would count
// as chosen by the user. See "IO Interface Files" in the kernel's cgroup-v2 document.
func written(set string) string {
	fields := strings.Fields(set)
	if !slices.Contains(fields, "ctrl=auto") {
		return set
	}
	return strings.Join(slices.DeleteFunc(fields, func(f string) bool {
		return fieldName(f) != "ctrl" && fieldName(f) != "enable"
	}), " ")
}

// same reports whether the old line says all that is to be set.
func (k keyed) same(now, to string) bool {
	_, was := k.cut(k.back(now, to))
	_, wanted := k.cut(to)
	old := strings.Fields(was)
	for _, s := range strings.Fields(wanted) {
		i := slices.IndexFunc(old, func(o string) bool { return fieldName(o) == fieldName(s) })
		f := slices.IndexFunc(k.fields, func(f field) bool { return f.name == fieldName(s) })
		if i < 0 || (old[i] != s && (f < 0 || !k.fields[f].form.same(fieldValue(old[i]), fieldValue(s)))) {
			return false
		}
	}
	return true
}

// change tells of the one line.
func (k keyed) change(now, to string) (was, will string) { return k.back(now, to), to }
