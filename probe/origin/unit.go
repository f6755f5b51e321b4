package origin

import (
	"strconv"
	"strings"
)

// cutUnit parts the name of a unit from its kind, which is empty where the segment names none; systemd.unit(5).
func cutUnit(segment string) (name, kind string) {
	dot := strings.LastIndexByte(segment, '.')
	if dot <= 0 {
		return segment, ""
	}
	switch kind = segment[dot+1:]; kind {
	case "service", "scope", "slice", "socket", "mount", "swap":
		return segment[:dot], kind
	}
	return segment, ""
}

// unescape undoes the escapes of a unit's name: "\x2d" is a dash. Slashes, which are escaped as dashes, stay dashes, since
// only some units are named after paths; see "String Escaping for Inclusion in Unit Names" in systemd.unit(5).
func unescape(name string) string {
	if !strings.Contains(name, `\x`) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if strings.HasPrefix(name[i:], `\x`) && i+4 <= len(name) {
			if c, err := strconv.ParseUint(name[i+2:i+4], 16, 8); err == nil {
				b.WriteByte(byte(c))
				i += 3
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

// appOf reads the unit of a flatpak or snap:
//
//	app-flatpak-org.mozilla.firefox-3211.scope    flatpak, systemd-dbus.c; flatpak-… in older versions
//	snap.firefox.firefox-5a1e….scope              snapd, sandbox/cgroup/tracking.go; snap.NAME.APP.UUID.scope in older versions
//	snap.lxd.daemon.service                       snapd, a daemon of a snap
func appOf(name, segment string) (Origin, bool) {
	for _, prefix := range []string{"app-flatpak-", "flatpak-"} {
		rest, ok := strings.CutPrefix(name, prefix)
		dash := strings.LastIndexByte(rest, '-')
		if ok && dash > 0 && isNumber(rest[dash+1:]) {
			return Origin{Kind: Flatpak, Name: unescape(rest[:dash]), ID: segment}, true
		}
	}
	if rest, ok := strings.CutPrefix(name, "snap."); ok && rest != "" {
		return Origin{Kind: Snap, Name: snapName(rest), ID: segment}, true
	}
	return Origin{}, false
}

// snapName returns SNAP.APP of SNAP.APP-UUID or SNAP.APP.UUID, and SNAP alone where the app is called like it.
func snapName(rest string) string {
	const uuid = len("-5a1e0000-0000-4000-8000-000000000000")
	if n := len(rest) - uuid; n > 0 && (rest[n] == '-' || rest[n] == '.') && strings.Count(rest[n+1:], "-") == 4 {
		rest = rest[:n]
	}
	if snap, app, ok := strings.Cut(rest, "."); ok && snap == app {
		return snap
	}
	return rest
}

func isNumber(text string) bool {
	_, err := strconv.ParseUint(text, 10, 64)
	return err == nil
}
