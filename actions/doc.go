// Package actions changes the walls: it is the only code of bulkhead that writes to the kernel, starts processes in
// namespaces, or signals anybody.
//
// A snapshot and an intent make a Plan: a pure value that says as shell text what a person would type. A Kernel applies it
// step by step, checks before each that the target is still the one that was seen, asks the kernel afterwards what came of
// it, and returns how to undo what was done.
package actions
