// Package rights says whether one task may enter the namespaces of another, and if not, which right it lacks.
//
// It is pure: it reads no file and tries nothing. It follows the checks of the kernel as setns(2), ptrace(2) and
// user_namespaces(7) tell them, over the facts of a snapshot. Where a fact is missing the answer is Unknown, with the reason.
//
// What it cannot see are the rules of a security module and of a seccomp filter, which may forbid what is allowed here, and
// allow nothing that is forbidden here.
package rights
