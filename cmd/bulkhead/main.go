// Command bulkhead shows and moves the walls that Linux builds between processes: namespaces and control groups.
package main

import (
	"context"
	"os"
)

// version is set by the linker in a release; else it is read from what Go built in.
var version string

func main() {
	os.Exit(run(context.Background(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}
