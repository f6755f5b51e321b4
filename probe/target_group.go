package probe

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe/cgroup"
)

// cutController parts cpuset:/lab.
func cutController(text string) (controller, path string, ok bool) {
	controller, path, ok = strings.Cut(text, ":")
	return controller, path, ok && controller != "" && !strings.Contains(controller, "/") && strings.HasPrefix(path, "/")
}

// ResolveGroup finds the group that a text names, whether or not it exists already: cpuset:/lab, /lab in version 2, or a
// directory such as /sys/fs/cgroup/cpuset/lab. A controller may be any of those of a hierarchy, or be the hierarchy's
// label. The error wraps ErrNotFound.
func (s *Snapshot) ResolveGroup(text string, stat StatFunc) (GroupKey, error) {
	if controller, path, ok := cutController(text); ok {
		h, ok := s.hierarchyWith(controller)
		if !ok {
			return GroupKey{}, notFound(text, s.without(controller))
		}
		return GroupKey{h.Label, trimSlash(path)}, nil
	}
	if !strings.HasPrefix(text, "/") {
		return GroupKey{}, notFound(text, "a group is written CONTROLLER:/PATH, /PATH, or as its directory")
	}
	for _, dir := range []string{text, resolved(text, stat)} {
		if key, ok := s.groupOfDir(trimSlash(dir)); ok {
			return key, nil
		}
	}
	if _, ok := s.hierarchyWith(cgroup.LabelV2); !ok {
		return GroupKey{}, notFound(text, s.withoutV2())
	}
	return GroupKey{cgroup.LabelV2, trimSlash(text)}, nil
}

// without says why no hierarchy has a controller.
func (s *Snapshot) without(controller string) string {
	if says, off := s.Host.SwitchedOff(controller); off {
		return says
	}
	if len(s.Hierarchies) == 0 {
		return NoHierarchy
	}
	return "no hierarchy has the controller " + controller + s.labels()
}

// withoutV2 says why there is no group of version 2.
func (s *Snapshot) withoutV2() string {
	if len(s.Hierarchies) == 0 {
		return NoHierarchy
	}
	return "no hierarchy of version 2 is mounted: write CONTROLLER:/PATH" + s.labels()
}

// NoHierarchy says that there are no control groups at all.
const NoHierarchy = "no hierarchy of control groups is mounted"

// hierarchyWith returns the hierarchy of a label or a controller.
func (s *Snapshot) hierarchyWith(controller string) (*Hierarchy, bool) {
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		if h.Label == controller || slices.Contains(h.Controllers, controller) {
			return h, true
		}
	}
	return nil, false
}

// labels names the hierarchies, as the rest of a sentence.
func (s *Snapshot) labels() string {
	if len(s.Hierarchies) == 0 {
		return ""
	}
	labels := make([]string, len(s.Hierarchies))
	for i := range s.Hierarchies {
		labels[i] = s.Hierarchies[i].Label
	}
	return fmt.Sprintf(" (there are %s)", strings.Join(labels, " "))
}

// groupOfDir returns the group whose directory a path is, by the innermost mount point that the path lies below.
func (s *Snapshot) groupOfDir(dir string) (GroupKey, bool) {
	var key GroupKey
	innermost := -1
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		below, ok := strings.CutPrefix(dir, h.MountPoint)
		if h.MountPoint == "" || !ok || (below != "" && below[0] != '/') || len(h.MountPoint) <= innermost {
			continue
		}
		innermost = len(h.MountPoint)
		mount := cgroup.Mount{Root: h.Root, Namespace: h.Namespace}
		key = GroupKey{h.Label, mount.GroupPath(trimSlash("/" + strings.TrimPrefix(below, "/")))}
	}
	return key, innermost >= 0
}

// trimSlash drops the slashes at the end of a path, but not the root. A path of groups is not cleaned any further, for in
// a cgroup namespace /../lab is another group than /lab.
func trimSlash(path string) string {
	if trimmed := strings.TrimRight(path, "/"); trimmed != "" || path == "" {
		return trimmed
	}
	return "/"
}

// resolved returns a path without symbolic links, or as it is where nothing is there.
func resolved(path string, stat StatFunc) string {
	if file, err := stat(path); err == nil {
		return file.Path
	}
	return path
}

func (s *Snapshot) resolveGroup(text string, stat StatFunc) (Target, error) {
	key, err := s.ResolveGroup(text, stat)
	if err != nil {
		return Target{}, err
	}
	if _, ok := s.Group(key); !ok {
		return Target{}, notFound(text, "there is no group "+key.Path+" in the hierarchy "+key.Hierarchy)
	}
	return Target{Kind: TargetGroup, Group: key}, nil
}

// resolvePath finds the group or the namespace of a path.
func (s *Snapshot) resolvePath(text string, stat StatFunc) (Target, error) {
	group, groupErr := s.resolveGroup(text, stat)
	if groupErr == nil {
		return group, nil
	}
	file, err := stat(text)
	if err != nil {
		return Target{}, fmt.Errorf("%w; %w", groupErr, err)
	}
	known, err := stat("/proc/self/ns/user")
	if err != nil || file.Device != known.Device {
		return Target{}, notFound(text, "the file is neither a namespace nor the directory of a group")
	}
	return s.resolveNamespace(text, func(ref NamespaceRef) bool { return ref.Inode == file.Inode })
}
