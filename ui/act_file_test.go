package ui_test

import (
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/ui"
)

// TestEnterOnAFile opens all that there is to read of a file that can only be read, and the form of one that can be written:
// where nothing may be changed, that too is only read.
func TestEnterOnAFile(t *testing.T) {
	const (
		files   = "3,wait:─ Cgroups ─,/,type:lab/frozen,wait:1 of,enter,down,down,enter,wait:v2 /lab/fr,],],],],wait:cgroup.controllers,"
		read    = files + "enter,wait:─ cgroup.events of,wait:cgroup-v2.rst,esc,gone:cgroup-v2.rst,"
		writing = "down,enter,wait:─ cgroup.freeze of /lab/frozen,"
	)
	source, host := openHost(t, "v2")
	fake := newFake(host)
	config := ui.Config{Source: source, Looker: probe.NewLooker(fake.Roots, nil), Interval: 20 * time.Millisecond}
	p := startWith(t, config, 120, 36)
	p.Play(read + writing + "wait:see the kernel's")
	p.Quit()

	config.Actions, config.Knobs, config.Knob = fake, fake.Roots.Knobs, fake.Roots.Knob
	p = startWith(t, config, 120, 36)
	p.Play(read + writing + "wait:takes,wait:▌write")
	p.Quit()
}
