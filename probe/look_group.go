package probe

import "fmt"

// GroupDetail reads all files of a group of a snapshot; see Roots.GroupDetail. It may be called beside a scan.
func (l Looker) GroupDetail(now *Snapshot, key GroupKey) (GroupDetail, error) {
	g, ok := now.Group(key)
	if !ok {
		return GroupDetail{GroupKey: key}, fmt.Errorf("read group %s: %w", key, ErrNotFound)
	}
	return l.roots.GroupDetail(now.HierarchyOf(g), g)
}
