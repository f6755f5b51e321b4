package probe

import (
	"slices"
	"strings"
	"testing"
)

func TestParseMounts(t *testing.T) {
	const text = `28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
not a mount
31 28 0:23 /docker.sock /run/my\040docker.sock ro,nosuid - tmpfs tmpfs rw
32 28 8:2 / /data rw - ext4 /dev/sda2 ro
33 32 8:3 / /data rw - ext4 /dev/sda3 rw`
	want := []Mount{
		{Device: "8:1", Root: "/", Point: "/", Type: "ext4", Source: "/dev/sda1"},
		{Device: "0:23", Root: "/docker.sock", Point: "/run/my docker.sock", Type: "tmpfs", Source: "tmpfs", ReadOnly: true},
		{Device: "8:2", Root: "/", Point: "/data", Type: "ext4", Source: "/dev/sda2", ReadOnly: true, Hidden: true},
		{Device: "8:3", Root: "/", Point: "/data", Type: "ext4", Source: "/dev/sda3"},
	}
	got, err := parseMounts(strings.NewReader(text))
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}
