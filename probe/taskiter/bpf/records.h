// What the programs of one object and package taskiter tell each other: the layouts are those of the Go types there.

// What the records say.
#define KIND_TASK 1
#define KIND_THREAD 2
#define KIND_SAME 3

#define FLAG_TORN 1
#define FLAG_KERNEL 2
#define FLAG_EXITING 4
#define FLAG_REMOVED 8
#define FLAG_CLOSE 16

// threads_time is that of threads which have ended. The reader adds the others, which it counts in threads_read.
struct task_record {
	__u32 kind;
	__s32 pid;
	__s32 tgid;
	__s32 ppid;
	__u32 state;
	__s32 cpu;
	__s32 threads;
	__u32 uid;
	__u32 flags;
	__u32 for_children[2];
	__u32 namespaces[8];
	__u32 threads_read;
	char comm[16];
	__u64 start;
	__u64 cpu_time;
	__u64 threads_time;
	__u64 rss;
	__u64 allowed;
	__u64 group;
	__u64 css_set;
	__u64 subsystems;
	__u64 exec;
};

struct thread_record {
	__u32 kind;
	__s32 tgid;
	__u64 cpu_time;
};

// Processes that are as they were last told of.
#define SAME_PIDS 64
struct same_record {
	__u32 kind;
	__u32 count;
	__s32 pids[SAME_PIDS];
};

// Set by the reader.
#define CLOSE_WORDS 128
struct wanted {
	__u32 threads; // Each thread gets a whole record.
	__u32 changes; // Only that is told of which is not as it was last told,
	__u32 since;   // with this same number here.
	// What lies in memory apart, so that it costs as much as a third of the rest, is told of all tasks that are told of, or only
	// of those in the set. These are told of even if they did not change. A bit of the set stands for every number that
	// leaves it when divided by 8,192.
	__u32 closely;
	__u64 close[CLOSE_WORDS];
} wanted;

// The traces of the processes as they were last told of. Two whose numbers leave the same rest share a place, and are both told of
// each time.
#define TRACES (1 << 17)
#define BPF_MAP_TYPE_ARRAY 2
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TRACES);
	__type(key, __u32);
	__type(value, __u64);
} traces SEC(".maps");

// What is handed out of one stretch of the walk.
#define STRETCH 1024
#define CHUNK_WORDS 8192
struct chunk {
	__u64 start;   // When the task was started that was met last: its number may be another one's by now.
	__s32 from;    // The number of the task to begin with; then of the last one that was met.
	__u32 past;    // The first one was met before: begin behind it.
	__u32 ended;   // There are no more.
	__u32 used;    // How many of the words.
	__u32 count;   // How many of the numbers, which are of the processes that are as they were last told of.
	__u32 full;    // There is no more room, or nothing more to be put there.
	__s32 pids[STRETCH];
	__u64 words[CHUNK_WORDS]; // Records.
} chunk;

// What a namespace is: its number while it lives, and the one that is never another's; the number of the user namespace that owns it,
// and who made that; the number of the one above it, where it has any. A user namespace is owned by the one above it.
struct namespace_record {
	__u64 id;
	__u32 inode;
	__u32 owner;
	__u32 owner_uid;
	__u32 parent;
};

// Processes that the reader asks of, and what their namespaces are, in the order of struct task_record.
#define ASKED 64
struct asked {
	__u32 count;
	__s32 pids[ASKED];
	struct namespace_record answers[ASKED][8];
} asked;
