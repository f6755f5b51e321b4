package proc_test

import (
	"slices"
	"testing"

	"bulkhead/probe/proc"
)

func TestCapabilityNames(t *testing.T) {
	tests := map[string]struct {
		mask uint64
		want []string
	}{
		"none":         {0, nil},
		"first":        {1, []string{"cap_chown"}},
		"by number":    {1<<21 | 1<<12, []string{"cap_net_admin", "cap_sys_admin"}},
		"last known":   {1 << 40, []string{"cap_checkpoint_restore"}},
		"first beyond": {1 << 41, []string{"cap_41"}},
		"last bit":     {1 << 63, []string{"cap_63"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := proc.CapabilityNames(test.mask); !slices.Equal(got, test.want) {
				t.Errorf("CapabilityNames(%#x) = %q, want %q", test.mask, got, test.want)
			}
		})
	}
}
