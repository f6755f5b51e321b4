package cgroup

import (
	"strconv"
	"strings"

	"bulkhead/probe/reading"
)

// DeviceRule is a line of devices.list of version 1, which lists what may be used; see admin-guide/cgroup-v1/devices.
type DeviceRule struct {
	Type   string                  `json:"type"`  // "a" for all devices, "b" for block devices, "c" for others.
	Major  reading.Reading[uint64] `json:"major"` // Unlimited where it is any: "*".
	Minor  reading.Reading[uint64] `json:"minor"`
	Access string                  `json:"access"` // Of r for reading, w for writing and m for making the device's file.
}

// deviceRules reads "c 1:3 rwm".
func (c content) deviceRules() reading.Reading[[]DeviceRule] {
	return eachLine(c, func(line string) (DeviceRule, bool) {
		fields := strings.Fields(line)
		if len(fields) != 3 || !strings.Contains("abc", fields[0]) {
			return DeviceRule{}, false
		}
		major, minor, ok := strings.Cut(fields[1], ":")
		rule := DeviceRule{Type: fields[0], Major: deviceNumber(major), Minor: deviceNumber(minor), Access: fields[2]}
		return rule, ok && rule.Major.Known() && rule.Minor.Known()
	})
}

func deviceNumber(text string) reading.Reading[uint64] {
	if text == "*" {
		return reading.None[uint64](reading.Unlimited)
	}
	return content{text: []byte(text), why: reading.Present}.number()
}

// InterfaceValue is a line of net_prio.ifpriomap of version 1: the priority of the group's traffic on an interface. See
// admin-guide/cgroup-v1/net_prio.
type InterfaceValue struct {
	Interface string `json:"interface"`
	Priority  uint64 `json:"priority"`
}

func (c content) interfaceValues() reading.Reading[[]InterfaceValue] {
	return eachLine(c, func(line string) (InterfaceValue, bool) {
		name, value, _ := strings.Cut(line, " ")
		n, ok := parseNumber([]byte(value))
		return InterfaceValue{name, n}, ok
	})
}

// number32 reads net_cls.classid of version 1, the handle MAJOR:MINOR of a traffic class as one number, two bytes each; see
// admin-guide/cgroup-v1/net_cls.
func (c content) number32() reading.Reading[uint32] {
	return parse(c, func(text []byte) (uint32, bool) {
		n, err := strconv.ParseUint(string(text), 10, 32)
		return uint32(n), err == nil
	})
}
