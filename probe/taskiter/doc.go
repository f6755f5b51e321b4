// Package taskiter reads facts of all tasks by a program in BPF: from the kernel's own lists of them, or where those cannot be
// walked from its iterator; see "iter/task" in the kernel's document on BPF iterators.
//
//	it, err := taskiter.Open()
//	defer it.Close()
//	records, err := it.Read(nil)
//
// Who reads again and again asks ReadChanged: what did not change is told by its number alone, for half of that cost.
//
// What /proc tells in a dozen files of each task comes here in one record, for a fiftieth of the cost. A program in BPF,
// bpf/taskiter.c, is loaded into the kernel; it only reads. From Linux 6.10 on it is called for a stretch of the tasks at a time, and
// before that run by the kernel's iterator once for each task, which costs twice as much where little changed. It was compiled
// beforehand, and where the members of the kernel's structs lie is found out as it is loaded (CO-RE), so that one object fits all
// kernels since Linux 5.8.
//
// What the namespaces of a process are, which else their files are opened and asked for, Inspect tells from Linux 6.18 on: for a
// thirtieth of that cost.
//
// The object is in the tree, so that neither go build nor the program needs a compiler. Whoever changes the source makes
// the object anew, with clang, llvm-strip and libbpf's headers:
//
//	go generate ./probe/taskiter
//
// The iterator knows no bounds: hidepid of /proc, pid namespaces and the right to trace a process do not hold there, and its
// numbers are those of the initial namespaces. See Open. A kernel may also keep tasks from it that /proc shows.
package taskiter

//go:generate go run github.com/cilium/ebpf/cmd/bpf2go -no-global-types -go-package taskiter -target bpfel -tags "amd64 arm64" object bpf/taskiter.c -- -O2 -mcpu=v3 -Wall -Werror
//go:generate go run github.com/cilium/ebpf/cmd/bpf2go -no-global-types -go-package taskiter -target bpfel -tags "amd64 arm64" files bpf/files.c -- -O2 -mcpu=v3 -Wall -Werror
//go:generate sh -c "sha256sum bpf/* *.o >object.sum"
