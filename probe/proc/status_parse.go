package proc

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// errStatus is returned for a line of status that is malformed, and errCut for a file that lacks what every kernel
// writes.
var (
	errStatus = errors.New("malformed")
	errCut    = errors.New("lines are missing")
)

// neededLines start the lines that every kernel writes for every process.
var neededLines = [...]string{"Name:", "\nUid:", "\nGid:", "\nGroups:", "\nThreads:"}

// parseStatus reads the content of a status file.
func parseStatus(text []byte) (Status, error) {
	for _, start := range neededLines {
		if !bytes.Contains(text, []byte(start)) {
			return Status{}, errCut
		}
	}
	var s Status
	for line := range bytes.Lines(text) {
		key, rest, _ := bytes.Cut(line, []byte(":"))
		value, ended := bytes.CutSuffix(rest, []byte("\n"))
		if err := s.set(string(key), bytes.TrimPrefix(value, []byte("\t"))); err != nil || !ended {
			return Status{}, fmt.Errorf("line %q: %w", line, errStatus)
		}
	}
	return s, nil
}

// set takes the value of one line.
func (s *Status) set(key string, value []byte) (err error) {
	f := fields{rest: value}
	switch key {
	case "Name":
		s.Name = unescapeName(string(value))
	case "Umask":
		s.Umask, err = based[uint32](value, 8)
	case "Uid":
		s.UID = f.ids()
	case "Gid":
		s.GID = f.ids()
	case "Groups":
		for f.more() {
			s.Groups = append(s.Groups, f.uint32())
		}
	case "NStgid":
		s.NStgid = reading.Of(f.pids())
	case "NSpid":
		s.NSpid = reading.Of(f.pids())
	case "Threads":
		s.Threads = f.int32()
	case "CapInh":
		s.Inheritable, err = based[uint64](value, 16)
	case "CapPrm":
		s.Permitted, err = based[uint64](value, 16)
	case "CapEff":
		s.Effective, err = based[uint64](value, 16)
	case "CapBnd":
		s.Bounding, err = based[uint64](value, 16)
	case "CapAmb":
		s.Ambient, err = based[uint64](value, 16)
	case "NoNewPrivs":
		s.NoNewPrivs = reading.Of(f.uint32() != 0)
	case "Seccomp":
		s.Seccomp = reading.Of(SeccompMode(min(f.uint32(), math.MaxUint8)))
	case "Seccomp_filters":
		s.SeccompFilters = reading.Of(f.uint32())
	case "VmHWM":
		s.PeakResident = reading.Of(f.kibibytes())
	case "VmSwap":
		s.Swap = reading.Of(f.kibibytes())
	case "Cpus_allowed_list":
		s.CPUsAllowed, err = cpuSet(value)
	case "Mems_allowed_list":
		s.MemsAllowed, err = cpuSet(value)
	}
	if f.bad {
		return errStatus
	}
	return err
}

// kibibytes reads a number of kB, by which the kernel means 1,024 bytes, as bytes.
func (f *fields) kibibytes() uint64 {
	number := f.uint64()
	f.bad = f.bad || number > math.MaxUint64>>10 || string(f.word()) != "kB"
	return number << 10
}

// ids reads the four numbers of a Uid or Gid line.
func (f *fields) ids() IDs {
	return IDs{Real: f.uint32(), Effective: f.uint32(), Saved: f.uint32(), Filesystem: f.uint32()}
}

// pids reads the numbers of an NSpid or NStgid line, at least one.
func (f *fields) pids() []int32 {
	pids := []int32{f.int32()}
	for f.more() {
		pids = append(pids, f.int32())
	}
	return pids
}

// based reads a number in octal or hexadecimal.
func based[T uint32 | uint64](text []byte, base int) (reading.Reading[T], error) {
	number, err := strconv.ParseUint(string(text), base, 64)
	if err != nil || uint64(T(number)) != number {
		return reading.Reading[T]{}, errStatus
	}
	return reading.Of(T(number)), nil
}

func cpuSet(text []byte) (reading.Reading[cpulist.Set], error) {
	set, err := cpulist.Parse(string(text))
	if err != nil {
		return reading.Reading[cpulist.Set]{}, err
	}
	return reading.Of(set), nil
}

// unescapeName turns the "\n" and "\\" of the Name line back into a newline and a backslash. Nothing else is escaped.
func unescapeName(name string) string {
	if !strings.Contains(name, `\`) {
		return name
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(name)
}
