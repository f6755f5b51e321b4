// Package recording is the JSON form of a snapshot: what every command prints with --json, and what is kept of a host to
// be looked at later. There is one schema for all of it:
//
//	{"schema":1,"at":…,"host":{…},"worlds":[…],"namespaces":[…],"hierarchies":[…],"groups":[…],"tasks":[…],"gaps":[…]}
//
// A command that lists one kind of thing prints only its array, beside schema, at, host and gaps. Each element of an array
// stands on a line of its own.
//
// Names are the kernel's, in snake case: memory.max is memory_max, Cpus_allowed_list is cpus_allowed_list. Times end in
// their unit (cpu_usec), but for start, which is in clock ticks after boot as in proc_pid_stat(5), and btime, in seconds
// since 1970 as in proc_stat(5). Sizes are in bytes. cpus_used is how many CPUs were in use on average since the reading
// before; the first one has none.
//
// What is unknown is never 0 and never an empty text: its name is missing, and the object's "unknown" says why, as in
// "unknown":{"cmdline":"denied"}. The reasons are "denied", where more rights would help, "unsupported", where this
// kernel or mount has no such thing, and "unreached", where the thing could not be opened to be asked, such as a namespace
// that is mounted below something else. A name that is missing there as well is "absent": there is no such value, such as
// the command line of a kernel thread, or it was not asked for. "namespaces" stands for all namespaces of the object, and
// "stat" for all that proc_pid_stat(5) would have told. Where the kernel wrote that there is no limit the value is "max".
//
// A task with a tid is a thread, one without is a process with all of its threads. In "walls" a world's namespace is
// "host" where it is the host's, "own" where no other world has it, and else a letter that is the same in all worlds that
// share it.
//
// Text is any bytes on Linux, but only UTF-8 in JSON. So a byte that is no UTF-8 is written \xHH, with two hexadecimal
// digits from 80 to ff, and a backslash \x5c where it would else look like the beginning of either. All other text, other
// backslashes among it, stands for itself. What could act on a terminal is written as an escape of JSON (\u001b).
//
// Of a group that is shown by itself there are also "files", each with its text, and "account", which says what they mean by
// controller: with the names of version 2 where both versions mean the same, and those of version 1 for what only that has.
// Sizes there are in bytes too, and limits on devices per second. A list has no values of the account but those beside it.
//
// Recordings have no durations of scans and no ages of readings.
package recording

// Schema is the number of the schema. It changes when a name or its meaning does; new names may come without.
const Schema = 1
