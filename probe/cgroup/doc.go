// Package cgroup reads control groups: where their hierarchies are mounted, which groups there are, and what the files
// of one group say.
//
// It reads version 1 (cgroups(7), and the kernel's admin-guide/cgroup-v1) and version 2 (admin-guide/cgroup-v2) alike,
// and everything through one open directory per hierarchy, so that the live kernel and a tree laid out in a temporary
// directory are the same to it. The groups of processes are not read here but in /proc/PID/cgroup; see package proc.
package cgroup
