package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// file is a probe.Knob.
type file struct {
	Name     Text    `json:"name"`
	Text     *Text   `json:"text,omitempty"`
	Writable bool    `json:"writable"`
	Unknown  unknown `json:"unknown,omitempty"`
}

func fromFiles(knobs []probe.Knob) []file {
	all := make([]file, len(knobs))
	for i := range knobs {
		k, j := &knobs[i], &all[i]
		j.Name, j.Writable = Text(k.Name), k.Writable
		j.Text = put(&j.Unknown, "text", reading.Map(k.Text, func(s string) Text { return Text(s) }))
	}
	return all
}

// account is a cgroup.Account. Its fields have the names by which they are written beside them, and are written like all
// others: a value that is missing has its reason in the "unknown" of the object, and "max" stands for no limit. What is
// empty is left out.
type account struct{ *cgroup.Account }

// MarshalJSON writes the account.
func (a account) MarshalJSON() ([]byte, error) {
	text, _, err := accountValue(reflect.ValueOf(*a.Account))
	return text, err
}

// UnmarshalJSON passes over the account.
func (*account) UnmarshalJSON([]byte) error { return nil }

// programs are some cgroup.Program, written like those of an account.
type programs []cgroup.Program

// MarshalJSON writes the programs.
func (p programs) MarshalJSON() ([]byte, error) {
	text, _, err := accountValue(reflect.ValueOf([]cgroup.Program(p)))
	return text, err
}

// anyReading is a probe.Reading of any type.
type anyReading interface{ State() reading.State }

// object is an object while it is written.
type object struct {
	bytes.Buffer
	unknown unknown
}

func (o *object) field(name string, value []byte) {
	if o.Len() > 0 {
		o.WriteByte(',')
	}
	fmt.Fprintf(o, "%q:", name)
	o.Write(value)
}

// accountValue writes a value, and tells whether there is anything in it.
func accountValue(v reflect.Value) (text []byte, some bool, err error) {
	switch value := v.Interface().(type) {
	case time.Duration:
		text, err = json.Marshal(value.Microseconds())
		return text, true, wrapAccount(err)
	case time.Time:
		text, err = json.Marshal(value.UTC())
		return text, true, wrapAccount(err)
	case cpulist.Set:
		text, err = json.Marshal(value.String())
		return text, true, wrapAccount(err)
	case cgroup.FreezerState:
		text, err = json.Marshal(value.String())
		return text, true, wrapAccount(err)
	case string:
		text, err = Text(value).MarshalJSON()
		return text, value != "", wrapAccount(err)
	}
	switch v.Kind() { //nolint:exhaustive // All others are written by themselves.
	case reflect.Struct:
		var o object
		if err := o.fields(v); err != nil {
			return nil, false, err
		}
		return o.end()
	case reflect.Slice:
		return accountSlice(v)
	}
	text, err = json.Marshal(v.Interface())
	return text, true, wrapAccount(err)
}

func wrapAccount(err error) error {
	if err != nil {
		return fmt.Errorf("write account: %w", err)
	}
	return nil
}

// fields writes the fields of a structure, those of one within it that has no name among them.
func (o *object) fields(v reflect.Value) error {
	for i := range v.NumField() {
		field, value := v.Type().Field(i), v.Field(i)
		if name := field.Tag.Get("why"); name != "" {
			if state, ok := value.Interface().(reading.State); ok && state != reading.Present {
				o.unknown.note(name, state)
			}
			continue
		}
		if field.Anonymous {
			if err := o.fields(value); err != nil {
				return err
			}
			continue
		}
		if err := o.add(field.Tag.Get("json"), value); err != nil {
			return err
		}
	}
	return nil
}

// add writes a field if there is anything in it.
func (o *object) add(name string, value reflect.Value) error {
	r, ok := value.Interface().(anyReading)
	if !ok {
		text, some, err := accountValue(value)
		if err == nil && some {
			o.field(name, text)
		}
		return err
	}
	switch r.State() {
	case reading.Present:
		text, _, err := accountValue(value.MethodByName("Get").Call(nil)[0])
		if err == nil {
			o.field(name, text)
		}
		return err
	case reading.Unlimited:
		o.field(name, []byte(`"max"`))
	case reading.Absent, reading.Denied, reading.Unsupported, reading.Unreached:
		o.unknown.note(name, r.State())
	}
	return nil
}

// end ends an object.
func (o *object) end() (text []byte, some bool, err error) {
	if o.unknown != nil {
		why, err := json.Marshal(o.unknown)
		if err != nil {
			return nil, false, wrapAccount(err)
		}
		o.field("unknown", why)
	}
	return fmt.Appendf(nil, "{%s}", o.Bytes()), o.Len() > 0, nil
}

func accountSlice(v reflect.Value) (text []byte, some bool, err error) {
	text = []byte{'['}
	for i := range v.Len() {
		element, _, err := accountValue(v.Index(i))
		if err != nil {
			return nil, false, err
		}
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, element...)
	}
	return append(text, ']'), v.Len() > 0, nil
}
