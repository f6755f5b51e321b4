package settings

import "reflect"

// Merge returns what a file is to say in which somebody else may have changed other settings: each one that is now what it was
// is taken as it is there, and all others as they are now.
func Merge(was, now, there Settings) Settings {
	merge(reflect.ValueOf(was), reflect.ValueOf(now), reflect.ValueOf(&there).Elem())
	return there
}

// merge does so with the fields of a struct, those within others included: none that will be added can be forgotten.
func merge(was, now, there reflect.Value) {
	for i := range there.NumField() {
		switch was, now := was.Field(i), now.Field(i); {
		case now.Kind() == reflect.Struct:
			merge(was, now, there.Field(i))
		case !reflect.DeepEqual(was.Interface(), now.Interface()):
			there.Field(i).Set(now)
		}
	}
}
