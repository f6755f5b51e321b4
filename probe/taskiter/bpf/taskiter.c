// The task iterator: hands out a record of each task, in the order of their numbers. See package taskiter for what the
// fields mean, and `go generate` there for how this is compiled.
//
// Only the members that are read are declared of the kernel's structs: where they lie in the kernel that this is loaded
// into is found out by their names (CO-RE). A suffix of three underscores and a word marks how a struct was in another
// release; it is not part of the name.

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed char __s8;
typedef signed short __s16;
typedef signed int __s32;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#define kernel __attribute__((preserve_access_index))

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 seq_num;
} kernel;

struct thread_info {
	__u32 cpu;
} kernel;

struct sched_entity {
	__u64 sum_exec_runtime;
} kernel;

struct ns_common {
	unsigned int inum;
} kernel;

struct user_namespace {
	struct ns_common ns;
} kernel;

struct uts_namespace {
	struct ns_common ns;
} kernel;

struct ipc_namespace {
	struct ns_common ns;
} kernel;

struct mnt_namespace {
	struct ns_common ns;
} kernel;

struct net {
	struct ns_common ns;
} kernel;

struct cgroup_namespace {
	struct ns_common ns;
} kernel;

struct time_namespace {
	struct ns_common ns;
} kernel;

struct task_struct;

struct pid_namespace {
	struct task_struct *child_reaper;
	struct ns_common ns;
} kernel;

struct upid {
	struct pid_namespace *ns;
} kernel;

struct pid {
	unsigned int level;
	struct upid numbers[1];
} kernel;

struct nsproxy {
	struct uts_namespace *uts_ns;
	struct ipc_namespace *ipc_ns;
	struct mnt_namespace *mnt_ns;
	struct pid_namespace *pid_ns_for_children;
	struct net *net_ns;
	struct time_namespace *time_ns;
	struct time_namespace *time_ns_for_children;
	struct cgroup_namespace *cgroup_ns;
} kernel;

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t euid;
	struct user_namespace *user_ns;
} kernel;

struct signal_struct {
	int nr_threads;
	unsigned long long sum_sched_runtime;
} kernel;

struct sighand_struct;

struct percpu_counter {
	__s64 count;
} kernel;

struct mm_struct {
	struct percpu_counter rss_stat[4];
} kernel;

// Before Linux 6.2.
struct mm_rss_stat {
	struct {
		__s64 counter;
	} count[4];
} kernel;

struct mm_struct___atomic {
	struct mm_rss_stat rss_stat;
} kernel;

struct kernfs_node {
	__u64 id;
} kernel;

struct cgroup_subsys_state {
	unsigned int flags;
	__u64 serial_nr;
} kernel;

struct cgroup {
	struct cgroup_subsys_state self;
	struct kernfs_node *kn;
} kernel;

// As many subsystems as there may be: how many there are is found out.
struct css_set {
	struct cgroup_subsys_state *subsys[16];
	struct cgroup *dfl_cgrp;
} kernel;

struct cpumask {
	unsigned long bits[1];
} kernel;

struct task_struct {
	struct thread_info thread_info;
	unsigned int __state;
	unsigned int flags;
	struct sched_entity se;
	struct cpumask cpus_mask;
	struct mm_struct *mm;
	int exit_state;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct pid *thread_pid;
	__u64 start_boottime;
	const struct cred *real_cred;
	char comm[16];
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
	struct sighand_struct *sighand;
	__u64 self_exec_id;
	struct css_set *cgroups;
} kernel;

// Before Linux 5.16, where the CPU was not in thread_info.
struct task_struct___cpu {
	unsigned int cpu;
} kernel;

// Before Linux 5.14.
struct task_struct___state {
	volatile long state;
} kernel;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} kernel;

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

// Pointers, written down: so they are numbers, which the kernel allows to reckon with.
static volatile __u64 written[2];

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
	return bpf_seq_write(seq, r, sizeof(*r));
}

static __always_inline void dump_thread(struct seq_file *seq, struct task_struct *task)
{
	struct thread_record t = {
		.kind = KIND_THREAD,
		.tgid = task->tgid,
		.cpu_time = task->se.sum_exec_runtime,
	};

	bpf_seq_write(seq, &t, sizeof(t));
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
	err = bpf_seq_write(seq, &same, sizeof(same));
	if (!err)
		same.count = 0;
	return err;
}

static __always_inline void note_same(struct seq_file *seq, __u32 pid)
{
	if (same.count < SAME_PIDS || !tell_same(seq))
		same.pids[same.count++ & (SAME_PIDS - 1)] = pid;
}

static __always_inline int dump_any(struct seq_file *seq, struct task_struct *task)
{
	__u32 pid = task->pid, place = pid & (TRACES - 1);
	int leads = pid == task->tgid;
	struct task_record r = {};
	__u64 now = 0, *last = 0;

	if (wanted.changes && leads) {
		last = bpf_map_lookup_elem(&traces, &place);
		now = trace(task);
		if (last && *last == now && !looked_at(pid)) {
			note_same(seq, pid);
			return 0;
		}
	}
	if (!task->sighand)
		return 0; // It is being reaped.
	if (!leads && !wanted.threads)
		dump_thread(seq, task);
	else if (!dump_task(seq, task, &r) && last)
		*last = lasts(&r) ? now : 0;
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

	if (!task)
		return ended(ctx->meta->seq);
	begun(ctx->meta);
	return dump_any(ctx->meta->seq, task);
}

extern void *bpf_rdonly_cast(const void *from, __u32 type) __ksym;

// The same, from Linux 6.2 on: what the kernel does not trust it need not find out the trust of, which takes it a second
// where its types are many.
SEC("iter/task")
int dump_untrusted(struct bpf_iter__task *ctx)
{
	struct task_struct *task = ctx->task;

	if (!task)
		return ended(ctx->meta->seq);
	begun(ctx->meta);
	return dump_any(ctx->meta->seq, bpf_rdonly_cast(task, bpf_core_type_id_kernel(struct task_struct)));
}
