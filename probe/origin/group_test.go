package origin_test

import (
	"testing"

	"bulkhead/probe/origin"
)

// A container's own group is told from those above and below it, and from its monitor's.
func TestGroup(t *testing.T) {
	for name, tc := range map[string]struct {
		origin     origin.Origin
		path, want string
	}{
		"docker":         {origin.Origin{Kind: origin.Docker, ID: dockerID}, "/docker/" + dockerID, "/docker/" + dockerID},
		"a group within": {origin.Origin{Kind: origin.LXC, ID: "web"}, "/lxc.payload.web/init.scope", "/lxc.payload.web"},
		"a scope": {
			origin.Origin{Kind: origin.Podman, ID: libpodID},
			"/machine.slice/libpod-" + libpodID + ".scope/container",
			"/machine.slice/libpod-" + libpodID + ".scope",
		},
		"of a pod": {
			origin.Origin{Kind: origin.Kubernetes, ID: dockerID},
			"/kubepods/burstable/pod" + podUID + "/" + dockerID,
			"/kubepods/burstable/pod" + podUID + "/" + dockerID,
		},
		"a container in another": {origin.Origin{Kind: origin.Docker, ID: dockerID}, "/lxc.payload.web/docker/" + dockerID + "/x", "/lxc.payload.web/docker/" + dockerID},
		"a runtime's, by hand":   {origin.Origin{Kind: origin.Runc, ID: "bed"}, "/lab/bed", "/lab/bed"},
		"beside the monitor":     {origin.Origin{Kind: origin.Podman, ID: libpodID}, "/x.slice/libpod-conmon-" + libpodID + ".scope", ""},
		"the monitor's": {
			origin.Origin{Kind: origin.Conmon, ID: libpodID}, "/x.slice/libpod-conmon-" + libpodID + ".scope", "/x.slice/libpod-conmon-" + libpodID + ".scope",
		},
		"a unit":           {origin.Origin{Kind: origin.Systemd, ID: "ssh.service"}, "/system.slice/ssh.service", ""},
		"elsewhere":        {origin.Origin{Kind: origin.Docker, ID: dockerID}, "/docker/" + scopeID, ""},
		"nothing is known": {origin.Origin{}, "/docker/" + dockerID, ""},
		"the topmost":      {origin.Origin{Kind: origin.Docker, ID: dockerID}, "/", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got, ok := tc.origin.Group(tc.path); got != tc.want || ok != (tc.want != "") {
				t.Errorf("%q, %v, want %q", got, ok, tc.want)
			}
		})
	}
}
