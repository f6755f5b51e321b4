package actions

import (
	"slices"
	"time"
)

// FreezeOf returns when the last freeze of this boot was made that a plan takes back: the same steps would undo it. It is zero
// where the log has none, or cannot be read.
func (j Journal) FreezeOf(thaw Plan) time.Time {
	all, err := j.Entries()
	if err != nil || len(thaw.Steps) != 1 {
		return time.Time{}
	}
	step, ok := thaw.Steps[0].(Set)
	for _, e := range slices.Backward(all) {
		if !ok || e.Undone || e.Boot != j.boot || len(e.Undo) != 1 {
			continue
		}
		undo, isSet := e.Undo[0].(Set)
		if isSet && undo.Group == step.Group && undo.File == step.File && undo.To == step.To {
			return e.At
		}
	}
	return time.Time{}
}
