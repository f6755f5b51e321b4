package cgroup

import (
	"fmt"
	"strings"
	"testing"

	"bulkhead/probe/reading"
)

// The parsers must take any text, and what they read must be what was written.

func FuzzLimit(f *testing.F) {
	for _, seed := range []string{"max\n", "0\n", "4096\n", "9223372036854771712\n", "-1\n", "", "1 2", "18446744073709551616"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r := text(s).limit()
		if n, ok := r.Get(); ok && strings.TrimLeft(strings.TrimSpace(s), "0") != strings.TrimLeft(fmt.Sprint(n), "0") {
			t.Errorf("limit(%q) = %d", s, n)
		}
		if (r.State() == reading.Unlimited) != (strings.TrimSpace(s) == "max") {
			t.Errorf("limit(%q) is %v", s, r.State())
		}
		if n, ok := text(s).limitV1().Get(); ok && n >= NoLimitV1 {
			t.Errorf("limitV1(%q) = %d", s, n)
		}
	})
}

func FuzzQuota(f *testing.F) {
	for _, seed := range []string{"max 100000\n", "50000 100000\n", "1 0", "max", " ", "-1\n", "1  1", "18446744073709551615 1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range []reading.Reading[float64]{text(s).quotaV2(), per(text(s).quotaV1(), text(s).number())} {
			if q, ok := r.Get(); ok && !(q >= 0 && q <= 1<<64) {
				t.Errorf("quota of %q is %v", s, q)
			}
		}
	})
}

func FuzzFreezer(f *testing.F) {
	for _, seed := range []string{"THAWED\n", "FREEZING\n", "FROZEN\n", "", "frozen", "0\n", "1\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if state, ok := text(s).freezerState().Get(); ok && strings.ToUpper(state.String()) != strings.TrimSpace(s) {
			t.Errorf("freezerState(%q) = %v", s, state)
		}
		if flag, ok := text(s).flag().Get(); ok && fmt.Sprint(flag) != map[string]string{"0": "false", "1": "true"}[strings.TrimSpace(s)] {
			t.Errorf("flag(%q) = %v", s, flag)
		}
	})
}

func FuzzFlat(f *testing.F) {
	f.Add("populated 0\nfrozen 1\n", "frozen")
	f.Add("usage_usec 15\nuser_usec 3\n\n", "usage_usec")
	f.Add(" 1\n", "")
	f.Add("a", "a")
	f.Fuzz(func(t *testing.T, s, key string) {
		if strings.ContainsAny(key, " \n") {
			return
		}
		c := text(s).flat(key)
		if c.why == reading.Present && !strings.Contains("\n"+s+"\n", "\n"+key+" "+string(c.text)+"\n") {
			t.Errorf("flat(%q) of %q = %q", key, s, c.text)
		}
		if c.why != reading.Present && strings.Contains("\n"+s, "\n"+key+" ") {
			t.Errorf("flat(%q) of %q was not found", key, s)
		}
	})
}

func FuzzDirectories(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x18\x00\x04abcd\x00"))
	f.Fuzz(func(t *testing.T, block []byte) {
		for _, e := range appendDirectories(nil, block) {
			if e.name == "." || e.name == ".." || strings.Contains(e.name, "\x00") {
				t.Errorf("entry %q", e.name)
			}
		}
	})
}

func FuzzPressure(f *testing.F) {
	for _, seed := range []string{"some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=9.99", "some avg10=", "some avg10=Inf", "full"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p := text(s).pressure()
		for line, r := range map[string]reading.Reading[float64]{"some ": p.Some, "full ": p.Full} {
			if share, ok := r.Get(); ok && (!(share >= 0 && share <= maxPercent) || !strings.Contains("\n"+s, "\n"+line)) {
				t.Errorf("%s of %q is %v", line, s, share)
			}
		}
	})
}

func FuzzSum(f *testing.F) {
	f.Add("8:0 Read 1\n8:0 Write 2\nTotal 3\n")
	f.Add("8:0 rbytes=1 wbytes=2\n8:16 \n")
	f.Add("Read 1\n Read \n  rbytes=\n")
	f.Fuzz(func(t *testing.T, s string) {
		if n, ok := text(s).service("Read").Get(); ok && n > 0 && !strings.Contains(s, " Read ") {
			t.Errorf("service(%q) = %d", s, n)
		}
		if n, ok := text(s).transferred("rbytes").Get(); ok && n > 0 && !strings.Contains(s, " rbytes=") {
			t.Errorf("transferred(%q) = %d", s, n)
		}
	})
}

// FuzzAccount gives any text to each file that is made sense of. No reading may be of a file that does not say it.
func FuzzAccount(f *testing.F) {
	for _, seed := range []string{"max\n", "8:0 rbytes=1\n8:0 Read 5\nTotal 5", "default 100", "a *:* rwm", "root invalid (x", "mlx hca_handle=1 =", "some avg10=1.0 total=3", " 1\n\n", "0 1 2"} {
		f.Add(seed)
	}
	names := []string{
		"io.stat", "io.max", "io.weight", "io.latency", "blkio.throttle.io_service_bytes", "blkio.throttle.read_bps_device", "devices.list",
		"cpuset.cpus.partition", "rdma.max", "misc.current", "dmem.low", "hugetlb.2MB.max", "memory.stat", "cpu.max", "cpu.stat", "cpuacct.usage_percpu",
		"net_prio.ifpriomap", "cgroup.stat", "cpu.pressure", "cgroup.controllers",
	}
	f.Fuzz(func(t *testing.T, s string) {
		texts := Texts{Files: map[string]reading.Reading[string]{}}
		for _, name := range names {
			texts.Files[name] = reading.Of(s)
		}
		a := texts.Account()
		for _, d := range a.IO.Devices {
			if !isDevice(d.Number) || !strings.Contains(s, d.Number) {
				t.Errorf("device %q of %q", d.Number, s)
			}
		}
		for _, r := range append(append(a.Misc, a.Dmem...), a.RDMA...) {
			if _, ok := r.Max.Get(); ok && r.Name != "" && !strings.Contains(s, strings.Fields(r.Name + " x")[0]) {
				t.Errorf("resource %q of %q", r.Name, s)
			}
		}
		if n, ok := a.CPU.CPUs.Get(); ok && !(n >= 0 && n <= 1<<64) {
			t.Errorf("%v CPUs of %q", n, s)
		}
	})
}
