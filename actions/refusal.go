package actions

import "fmt"

// Refusal is why something is not done, known before anything is tried.
type Refusal struct {
	Says     string // Why, as one sentence without an end.
	Help     string // What would help; empty where nothing does.
	Forcible bool   // It is a guard that the user may override.
}

// Error says why, and what would help.
func (r *Refusal) Error() string {
	if r.Help == "" {
		return r.Says
	}
	return r.Says + "; " + r.Help
}

func refuse(format string, args ...any) *Refusal { return &Refusal{Says: fmt.Sprintf(format, args...)} }

// help adds what would help.
func (r *Refusal) help(format string, args ...any) *Refusal {
	r.Help = fmt.Sprintf(format, args...)
	return r
}

// guard makes the refusal one that can be overridden.
func (r *Refusal) guard() *Refusal {
	r.Forcible = true
	return r
}
