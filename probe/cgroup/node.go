package cgroup

import (
	"strings"

	"bulkhead/probe/reading"
)

// Node is one group of a tree.
type Node struct {
	// Path is the group's path below the mount point, "/" for the topmost. It may hold any byte but NUL and newline.
	Path string
	// Inode is that of the group's directory. In version 2 it is also the group's id in other interfaces of the kernel. On
	// 64-bit machines it is not given to another group until the next boot (since Linux 5.5).
	Inode uint64
	// Parent is the index of the group above in the same list, -1 for the topmost.
	Parent int
	// Depth is 0 for the topmost group.
	Depth int
	// Access tells whether the groups below could be listed: denied where the directory may not be read, and unsupported
	// where there are some whose path is longer than the kernel takes, 4,095 bytes, so that nothing can be told of them.
	Access reading.State
}

// name returns the last element of the path.
func (n *Node) name() string { return n.Path[strings.LastIndexByte(n.Path, '/')+1:] }

// below returns the path of a group below.
func (n *Node) below(name string) string {
	if n.Depth == 0 {
		return n.Path + name
	}
	return n.Path + "/" + name
}
