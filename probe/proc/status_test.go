package proc

import (
	"reflect"
	"strings"
	"testing"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

const statusNew = `Name:	a b\\c\nd 
Umask:	0022
State:	S (sleeping)
Tgid:	22040
Pid:	22040
Uid:	0	1000	2	4294967295
Gid:	5	6	7	8
FDSize:	256
Groups:	4 24 1000 
NStgid:	22040	1
NSpid:	22041	2
VmHWM:	   10752 kB
VmRSS:	    1640 kB
VmSwap:	      12 kB
Threads:	3
CapInh:	0000000000000000
CapPrm:	000001fffeffffff
CapEff:	00000000a80425fb
CapBnd:	000001ffffffffff
CapAmb:	0000000000000001
NoNewPrivs:	1
Seccomp:	2
Seccomp_filters:	4
Cpus_allowed:	3
Cpus_allowed_list:	0-1
Mems_allowed_list:	0
`

// statusOld is what Linux 3.10 writes for a zombie, and what there is without cpusets and seccomp.
const statusOld = `Name:	sh
State:	Z (zombie)
Uid:	1000	1000	1000	1000
Gid:	1000	1000	1000	1000
Groups:	
Threads:	1
`

func TestParseStatus(t *testing.T) {
	tests := map[string]struct {
		text string
		want Status
	}{
		"every line": {statusNew, Status{
			Name: "a b\\c\nd ", UID: IDs{0, 1000, 2, 1<<32 - 1}, GID: IDs{5, 6, 7, 8}, Groups: []uint32{4, 24, 1000},
			Threads: 3, Umask: reading.Of(uint32(0o22)),
			NStgid: reading.Of([]int32{22040, 1}), NSpid: reading.Of([]int32{22041, 2}),
			Inheritable: reading.Of(uint64(0)), Permitted: reading.Of(uint64(0x1fffeffffff)),
			Effective: reading.Of(uint64(0xa80425fb)), Bounding: reading.Of(uint64(0x1ffffffffff)),
			Ambient: reading.Of(uint64(1)), NoNewPrivs: reading.Of(true), Seccomp: reading.Of(SeccompFilter),
			SeccompFilters: reading.Of(uint32(4)), CPUsAllowed: set(t, "0-1"), MemsAllowed: set(t, "0"),
			PeakResident: reading.Of(uint64(10752 << 10)), Swap: reading.Of(uint64(12 << 10)),
		}},
		"old kernel": {statusOld, Status{
			Name: "sh", UID: IDs{1000, 1000, 1000, 1000}, GID: IDs{1000, 1000, 1000, 1000}, Threads: 1,
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := parseStatus([]byte(test.text))
			if err != nil {
				t.Fatalf("parseStatus: %v", err)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("parseStatus =\n%+v, want\n%+v", got, test.want)
			}
		})
	}
}

func set(t *testing.T, text string) reading.Reading[cpulist.Set] {
	t.Helper()
	set, err := cpulist.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return reading.Of(set)
}

func TestParseStatusRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"empty":            "",
		"a missing line":   strings.Replace(statusOld, "Gid:", "Xid:", 1),
		"a cut line":       strings.TrimSuffix(statusNew, "\n"),
		"too few ids":      strings.Replace(statusOld, "1000	1000\nGid", "1000\nGid", 1),
		"word for a group": strings.Replace(statusNew, " 24 ", " x ", 1),
		"empty NSpid":      strings.Replace(statusNew, "22041	2", "", 1),
		"long umask":       strings.Replace(statusNew, "0022", "77777777777777", 1),
		"no hexadecimal":   strings.Replace(statusNew, "a80425fb", "a80425fg", 1),
		"broken CPU list":  strings.Replace(statusNew, "0-1", "1-0", 1),
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := parseStatus([]byte(text)); err == nil {
				t.Errorf("parseStatus = %+v, want an error", got)
			}
		})
	}
}

func TestSeccompModeOutOfRange(t *testing.T) {
	s, err := parseStatus([]byte(strings.Replace(statusNew, "Seccomp:	2", "Seccomp:	256", 1)))
	if mode, ok := s.Seccomp.Get(); err != nil || !ok || mode.String() != "invalid" {
		t.Errorf("mode 256: %v, %v, %v, want invalid", mode, ok, err)
	}
}

func FuzzStatus(f *testing.F) {
	f.Add([]byte(statusNew))
	f.Add([]byte(statusOld))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := parseStatus(text)
		if err != nil {
			return
		}
		if pids, ok := s.NSpid.Get(); ok && len(pids) == 0 {
			t.Errorf("parseStatus(%q): NSpid is present and empty", text)
		}
		if s.NoNewPrivs.Known() && !strings.Contains(string(text), "NoNewPrivs") {
			t.Errorf("parseStatus(%q): NoNewPrivs out of nothing", text)
		}
	})
}
