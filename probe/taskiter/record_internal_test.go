package taskiter

import "testing"

// TestState holds the letters against task_state_array in fs/proc/array.c; the bits are those of linux/sched.h.
func TestState(t *testing.T) {
	for name, c := range map[string]struct {
		state uint32 // __state | exit_state.
		want  byte
	}{
		"running":                        {0, 'R'},
		"being woken":                    {0x200, 'R'},
		"new":                            {0x800, 'R'},
		"interruptible":                  {0x1, 'S'},
		"interruptible, freezable":       {0x2001, 'S'},
		"uninterruptible":                {0x2, 'D'},
		"killable":                       {0x102, 'D'},
		"waiting for a lock that sleeps": {0x1000, 'D'},
		"stopped":                        {0x104, 'T'},
		"traced":                         {0x108, 't'},
		"dead":                           {0x80 | 0x10, 'X'},
		"zombie":                         {0x80 | 0x20, 'Z'},
		"parked":                         {0x40, 'P'},
		"idle":                           {0x402, 'I'},
		"idle, freezable":                {0x2402, 'I'},
		"frozen":                         {0x8000, 'D'},
	} {
		r := Record{state: c.state}
		if got := r.State(); got != c.want {
			t.Errorf("%s (%#x): %c, want %c", name, c.state, got, c.want)
		}
	}
}
