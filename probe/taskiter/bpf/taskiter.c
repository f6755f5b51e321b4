// The task iterator: hands out a record of each task. See package taskiter for what the fields mean, and `go generate` there for
// how this is compiled.

#include "kernel.h"

// The memory of a process is counted by kind: pages of files, anonymous ones, those swapped out, and of shared memory.
#define FILE_PAGES 0
#define ANON_PAGES 1
#define SHMEM_PAGES 3

// Of the flags of linux/sched.h: the task is exiting; it has no memory of its own.
#define PF_EXITING 0x4
#define PF_KTHREAD 0x200000

// Of the flags of a group.
#define CSS_ONLINE 0x2

// What the records say; package taskiter has the same numbers.
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

// Those that are still the same, until there are so many that they are told of.
static struct same_record same;

// What is handed out of one stretch of the walk.
#define STRETCH 1024
#define CHUNK_WORDS 8192
struct chunk {
	__s32 from;    // The number of the task to begin with; then of the last one that was met.
	__u32 past;    // The first one was met before: begin behind it.
	__u32 ended;   // There are no more.
	__u32 used;    // How many of the words.
	__u32 count;   // How many of the numbers, which are of the processes that are as they were last told of.
	__u32 full;    // There is no more room, or nothing more to be put there.
	__s32 pids[STRETCH];
	__u64 words[CHUNK_WORDS]; // Records.
} chunk;

// Pointers, written down: so they are numbers, which the kernel allows to reckon with.
static volatile __u64 written[2];

// put hands a record to whoever reads the kernel's iterator. Where there is none, it was made in its place in the chunk.
static __always_inline long put(struct seq_file *seq, void *record, __u32 size)
{
	if (seq)
		return bpf_seq_write(seq, record, size);
	chunk.used += size / 8;
	return 0;
}

// The helpers are only for programs under a licence that goes with the kernel's.
char _license[] SEC("license") = "Dual MIT/GPL";

static __always_inline __u32 live_state(struct task_struct *task)
{
	struct task_struct___state *old = (void *)task;

	if (bpf_core_field_exists(task->__state))
		return task->__state;
	return (__u32)old->state;
}

static __always_inline __u32 state(struct task_struct *task)
{
	return live_state(task) | task->exit_state;
}

static __always_inline __s32 last_cpu(struct task_struct *task)
{
	struct task_struct___cpu *old = (void *)task;

	if (bpf_core_field_exists(old->cpu))
		return old->cpu;
	return task->thread_info.cpu;
}

static __always_inline __u64 positive(__s64 pages)
{
	return pages > 0 ? pages : 0;
}

static __always_inline __u64 resident(struct mm_struct *mm)
{
	struct mm_struct___atomic *old = (void *)mm;
	__s64 counts[4] = {};

	if (!bpf_core_type_exists(struct mm_rss_stat))
		return positive(mm->rss_stat[FILE_PAGES].count) + positive(mm->rss_stat[ANON_PAGES].count) +
		       positive(mm->rss_stat[SHMEM_PAGES].count);
	bpf_core_read(counts, sizeof(counts), &old->rss_stat.count);
	return positive(counts[FILE_PAGES]) + positive(counts[ANON_PAGES]) + positive(counts[SHMEM_PAGES]);
}

// What is nowhere reads as 0, and so does what is found through it: the kernel sees to that, so that no pointer is asked
// whether it leads somewhere.

// The pid namespace a task was born in stays its own: the innermost one that it has a number in. Which one that is, is
// computed, and with a pointer that the kernel knows as one it allows no such thing.
static __always_inline __u32 active_pid_ns(struct task_struct *task)
{
	struct pid_namespace *ns = 0;
	__u64 number = 0;

	bpf_core_read(&number, sizeof(number), &task->thread_pid);
	number += bpf_core_field_offset(struct pid, numbers) + bpf_core_field_offset(struct upid, ns);
	number += (__u64)task->thread_pid->level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&ns, sizeof(ns), (void *)number);
	return BPF_CORE_READ(ns, ns.inum);
}

static __always_inline void namespaces(struct task_record *r, struct nsproxy *set)
{
	struct pid_namespace *pid_ns = set->pid_ns_for_children;

	r->namespaces[1] = set->mnt_ns->ns.inum;
	r->namespaces[3] = set->net_ns->ns.inum;
	r->namespaces[4] = set->uts_ns->ns.inum;
	r->namespaces[5] = set->ipc_ns->ns.inum;
	r->namespaces[6] = set->cgroup_ns->ns.inum;
	r->namespaces[7] = set->time_ns->ns.inum;
	r->for_children[0] = pid_ns->child_reaper ? pid_ns->ns.inum : 0;
	r->for_children[1] = set->time_ns_for_children->ns.inum;
}

static __always_inline __u64 mixed(__u64 mix, __u64 number)
{
	return (mix ^ number) * 0x9e3779b97f4a7c15;
}

// No two groups ever have one serial number. The index must be a constant: it is checked against the kernel's own array.
#define MIX(i) \
	if (i < count) \
		mix = mixed(mix, set->subsys[i]->serial_nr);

static __always_inline void groups(struct task_record *r, struct css_set *set)
{
	const int count = bpf_core_field_size(set->subsys) / sizeof(void *);
	struct cgroup *group = set->dfl_cgrp;
	__u64 mix = 0;

	r->css_set = (__u64)set;
	r->group = group->kn->id;
	r->flags |= group->self.flags & CSS_ONLINE ? 0 : FLAG_REMOVED;
	MIX(0) MIX(1) MIX(2) MIX(3) MIX(4) MIX(5) MIX(6) MIX(7)
	MIX(8) MIX(9) MIX(10) MIX(11) MIX(12) MIX(13) MIX(14) MIX(15)
	r->subsystems = mix;
}

static __always_inline void facts(struct task_record *r, struct task_struct *task)
{
	const struct cred *cred = task->real_cred;
	struct signal_struct *signal = task->signal;
	__u32 flags = task->flags;

	r->kind = KIND_TASK;
	r->pid = task->pid;
	r->tgid = task->tgid;
	r->ppid = task->real_parent->tgid;
	r->state = state(task);
	r->cpu = last_cpu(task);
	r->threads = signal->nr_threads;
	r->threads_read = 0;
	r->threads_time = signal->sum_sched_runtime;
	r->flags = (flags & PF_KTHREAD ? FLAG_KERNEL : 0) | (flags & PF_EXITING ? FLAG_EXITING : 0);
	r->start = task->start_boottime;
	r->exec = task->self_exec_id;
	r->cpu_time = task->se.sum_exec_runtime;
	r->uid = cred->euid.val;
	r->namespaces[0] = cred->user_ns->ns.inum;
	r->namespaces[2] = active_pid_ns(task);
	__builtin_memcpy(r->comm, task->comm, sizeof(r->comm));
}

static __always_inline int looked_at(__u32 pid)
{
	return wanted.close[pid >> 6 & (CLOSE_WORDS - 1)] >> (pid & 63) & 1;
}

// dump_task returns 0 when the record was written. The kernel calls again for the same task if there was no more room.
static __always_inline long dump_task(struct seq_file *seq, struct task_struct *task, struct task_record *r)
{
	struct css_set *set = task->cgroups;
	struct nsproxy *proxy = task->nsproxy;

	facts(r, task);
	namespaces(r, proxy);
	groups(r, set);
	r->allowed = 0;
	r->rss = 0;
	if (wanted.closely || looked_at(r->pid)) {
		r->flags |= FLAG_CLOSE;
		r->allowed = task->cpus_mask.bits[0];
		if (!(r->flags & FLAG_KERNEL))
			r->rss = resident(task->mm);
	}
	// Nothing holds what these point to. What was read of something that they point to no longer may be of anything.
	barrier();
	if (task->nsproxy != proxy || task->cgroups != set)
		r->flags |= FLAG_TORN;
	return put(seq, r, sizeof(*r));
}

static __always_inline void dump_thread(struct seq_file *seq, struct task_struct *task, struct thread_record *t)
{
	t->kind = KIND_THREAD;
	t->tgid = task->tgid;
	t->cpu_time = task->se.sum_exec_runtime;
	put(seq, t, sizeof(*t));
}

// trace returns what is another number once a task has run, was given other groups or has another parent. What it reads lies
// near together: that is what a task costs here.
static __always_inline __u64 trace(struct task_struct *task)
{
	__u64 mix = wanted.since;

	written[0] = (__u64)task->real_parent;
	written[1] = (__u64)task->cgroups;
	mix = mixed(mix, task->se.sum_exec_runtime);
	mix = mixed(mix, (__u64)last_cpu(task) << 32 | live_state(task));
	mix = mixed(mix, written[0]);
	return mixed(mix, written[1]);
}

// lasts reports whether a process stays as it was told as long as its trace does: if no thread but the first one can change it, and
// that one sleeps. Of one that has exited the groups may go.
static __always_inline int lasts(struct task_record *r)
{
	return r->threads == 1 && r->state && !(r->flags & (FLAG_TORN | FLAG_EXITING));
}

// tell_same tells of those that are the same, and returns 0 when there is room for more.
static __always_inline long tell_same(struct seq_file *seq)
{
	long err;

	same.kind = KIND_SAME;
	err = put(seq, &same, sizeof(same));
	if (!err)
		same.count = 0;
	return err;
}

static __always_inline void note_same(struct seq_file *seq, __u32 pid)
{
	if (!seq)
		chunk.pids[chunk.count++ & (STRETCH - 1)] = pid;
	else if (same.count < SAME_PIDS || !tell_same(seq))
		same.pids[same.count++ & (SAME_PIDS - 1)] = pid;
}

// dump_any makes the record of a task, in a place that has room for either kind, and returns whether it is a process that is as it
// was last told of.
static __always_inline int dump_any(struct seq_file *seq, struct task_struct *task, void *place_for_it)
{
	__u32 pid = task->pid, place = pid & (TRACES - 1);
	int leads = pid == task->tgid;
	struct task_record *r = place_for_it;
	__u64 now = 0, *last = 0;

	if (wanted.changes && leads) {
		last = bpf_map_lookup_elem(&traces, &place);
		now = trace(task);
		if (last && *last == now && !looked_at(pid)) {
			note_same(seq, pid);
			return 1;
		}
	}
	if (!task->sighand)
		return 0; // It is being reaped.
	if (!leads && !wanted.threads)
		dump_thread(seq, task, place_for_it);
	else if (!dump_task(seq, task, r) && last)
		*last = lasts(r) ? now : 0;
	return 0;
}

// begun forgets what was left when the reader did not read to the end, and ended tells the rest.
static __always_inline void begun(struct bpf_iter_meta *meta)
{
	if (!meta->seq_num)
		same.count = 0;
}

static __always_inline int ended(struct seq_file *seq)
{
	if (same.count)
		tell_same(seq);
	return 0;
}

SEC("iter/task")
int dump(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_record r;

	if (!task)
		return ended(ctx->meta->seq);
	begun(ctx->meta);
	dump_any(ctx->meta->seq, task, &r);
	return 0;
}

extern void *bpf_rdonly_cast(const void *from, __u32 type) __ksym;

// What the kernel does not trust it need not find out the trust of, which takes it a second where its types are many.
static __always_inline struct task_struct *untrusted(const void *task)
{
	return bpf_rdonly_cast(task, bpf_core_type_id_kernel(struct task_struct));
}

// The same, from Linux 6.2 on.
SEC("iter/task")
int dump_untrusted(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;
	struct task_record r;

	if (!task)
		return ended(ctx->meta->seq);
	begun(ctx->meta);
	dump_any(ctx->meta->seq, untrusted(task), &r);
	return 0;
}

extern struct task_struct *bpf_task_from_pid(__s32 pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

struct bpf_iter_num {
	__u64 opaque;
};
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;

// Where the walk is: the address of a task.
static volatile __u64 here;

#define member_of(node, member) ((node) - bpf_core_field_offset(struct task_struct, member))

static __always_inline struct task_struct *task_here(void)
{
	return untrusted((void *)here);
}

// next_process goes to the process behind that of a task in the kernel's list of them, which ends with the task 0.
static __always_inline void next_process(struct task_struct *task)
{
	written[0] = (__u64)task->group_leader->tasks.next;
	here = member_of(written[0], tasks);
}

// next_task goes to the next thread, or behind the last one to the next process. The list of the threads has a head besides, in what
// they share: where there is one thread, what is before it is also what is behind it.
static __always_inline void next_task(struct task_struct *task)
{
	written[0] = (__u64)task->thread_node.next;
	written[1] = (__u64)task->signal + bpf_core_field_offset(struct signal_struct, thread_head);
	if (task->thread_node.next == task->thread_node.prev || written[0] == written[1])
		next_process(task);
	else
		here = member_of(written[0], thread_node);
}

// begin goes to where the walk is to begin. A task that has a number is in the lists, and what it leads to stays there as long as
// this stretch lasts.
static __always_inline int begin(void)
{
	struct task_struct *task = bpf_task_from_pid(chunk.from);

	if (!task)
		return 0;
	here = (__u64)task;
	bpf_task_release(task);
	if (chunk.past)
		next_task(task_here());
	return 1;
}

// visit makes a record of the task, and goes to the next one. It is a function for the kernel too, which so forgets what it made
// out of one task before it looks at what may become of the next.
static __noinline void visit(void)
{
	struct task_struct *task = task_here();
	__u32 used = chunk.used;
	__s32 pid = task->pid;

	if (!pid || used > CHUNK_WORDS - sizeof(struct task_record) / 8) {
		chunk.ended = !pid;
		chunk.full = 1;
		return;
	}
	if (dump_any(0, task, &chunk.words[used]))
		next_process(task);
	else
		next_task(task);
	chunk.from = pid;
	chunk.past = 1;
}

// stretch goes on until there is no more room. It is short, as nothing else may run on this CPU meanwhile.
static __always_inline void stretch(void)
{
	struct bpf_iter_num steps;

	bpf_iter_num_new(&steps, 0, STRETCH);
	while (bpf_iter_num_next(&steps) && !chunk.full)
		visit();
	bpf_iter_num_destroy(&steps);
}

// From Linux 6.4 on a program that is called goes through the kernel's own lists of the tasks, for half of what the kernel's
// iterator takes: that looks up each number, and holds each task. It returns 0 where the task to begin with is gone.
SEC("syscall")
int walk(void *ctx)
{
	int begun;

	chunk.used = 0;
	chunk.count = 0;
	chunk.full = 0;
	chunk.ended = 0;
	bpf_rcu_read_lock();
	begun = begin();
	if (begun)
		stretch();
	bpf_rcu_read_unlock();
	return begun;
}
