package recording

import (
	"fmt"

	"bulkhead/probe"
)

// keeper is a probe.Keeper.
type keeper struct {
	Kind      string `json:"kind"`
	PID       int32  `json:"pid,omitempty"`
	TID       int32  `json:"tid,omitempty"`
	Start     uint64 `json:"start,omitempty"`
	Comm      Text   `json:"comm,omitempty"`
	FD        *int32 `json:"fd,omitempty"`
	Path      Text   `json:"path,omitempty"`
	Namespace string `json:"namespace,omitempty"` // As the kernel writes it.
}

func fromKeepers(all []probe.Keeper) []keeper {
	list := make([]keeper, 0, len(all))
	for i := range all {
		k := &all[i]
		j := keeper{Kind: k.Kind.String(), PID: k.Task.PID, Start: k.Task.Start, Comm: Text(k.Comm), Path: Text(k.Path)}
		if k.Task.TID != k.Task.PID {
			j.TID = k.Task.TID
		}
		if k.Kind == probe.KeptByDescriptor || k.Kind == probe.KeptBySocket {
			j.FD = &k.FD
		}
		if k.Namespace.Inode != 0 {
			j.Namespace = k.Namespace.String()
		}
		list = append(list, j)
	}
	return list
}

func toKeepers(list []keeper) ([]probe.Keeper, error) {
	var all []probe.Keeper
	for i := range list {
		j := &list[i]
		kind, ok := probe.ParseKeeperKind(j.Kind)
		if !ok {
			return nil, fmt.Errorf("kept by: unknown kind %q", j.Kind)
		}
		k := probe.Keeper{
			Kind: kind, Task: probe.TaskKey{PID: j.PID, TID: j.PID, Start: j.Start}, Comm: string(j.Comm), Path: string(j.Path),
		}
		if j.TID != 0 {
			k.Task.TID = j.TID
		}
		if j.FD != nil {
			k.FD = *j.FD
		}
		if j.Namespace != "" {
			if k.Namespace, ok = probe.ParseNamespaceRef(j.Namespace); !ok {
				return nil, fmt.Errorf("kept by: no namespace %q", j.Namespace)
			}
		}
		all = append(all, k)
	}
	return all, nil
}
