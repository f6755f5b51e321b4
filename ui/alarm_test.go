package ui_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/ui"
)

// alarming is an Actions whose alarms go off, and end, when the test says so.
type alarming struct {
	*ui.FakeActions
	set chan *fakeAlarm
}

// Watch implements ui.Alarmer.
func (a alarming) Watch(step actions.Watch) (ui.Alarm, error) {
	one := &fakeAlarm{line: step.Alarm.Line(), says: make(chan error), done: make(chan struct{})}
	a.set <- one
	return one, nil
}

type fakeAlarm struct {
	line string
	says chan error
	done chan struct{}
	once sync.Once
}

// Next implements ui.Alarm.
func (a *fakeAlarm) Next() error {
	select {
	case err := <-a.says:
		return err
	case <-a.done:
		return context.Canceled
	}
}

// Close implements ui.Alarm.
func (a *fakeAlarm) Close() error {
	a.once.Do(func() { close(a.done) })
	return nil
}

// TestAlarm sets an alarm by its key, has it go off, ends it by the same key, and sets one that ends with its group.
func TestAlarm(t *testing.T) {
	source, host := openHost(t, "hybrid")
	source.whole = true
	acts := alarming{newFake(host), make(chan *fakeAlarm, 1)}
	p := startWith(t, ui.Config{Source: source, Interval: 20 * time.Millisecond, Actions: acts, Knob: acts.Roots.Knob}, 140, 36)
	p.Play("3,wait:▌▾ v2,A,wait:─ Alarm on /,wait:[ preview ],enter,wait:then poll(2),wait:[ cancel ]")
	p.Play("a,wait:it is set: some cpu,wait:⚑ ")
	one := <-acts.set
	if one.line != "some 150000 1000000" && one.line != "some 300000 2000000" {
		t.Errorf("it waits for %q", one.line)
	}
	one.says <- nil
	p.WaitFor("⚑ pressure in group /: some cpu")
	p.WaitFor("⚑1 ")
	one.says <- nil // It is still the same: no other event.
	p.WaitFor("⚑2 ")
	p.Play("5,wait:pressure in group /: some cpu,wait:1 event,3,wait:▌▾ v2,A,wait:has ended")
	<-one.done
	p.Play("A,wait:[ preview ],enter,wait:then poll(2),wait:[ cancel ],a,wait:it is set")
	(<-acts.set).says <- actions.ErrGone
	p.WaitFor("is over: the group is gone")
	p.Play("A,wait:[ preview ],enter,wait:then poll(2),wait:[ cancel ],a,wait:it is set")
	(<-acts.set).says <- fmt.Errorf("wait: %w: %w", actions.ErrUnmeasured, &actions.Refusal{Says: "it is off", Help: "1 begins it again"})
	p.WaitFor("is over: pressure is no longer measured there; 1 begins it again")
}
