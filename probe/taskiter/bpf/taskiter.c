// The task iterator: hands out a record of each task. See package taskiter for what the fields mean, and `go generate` there for
// how this is compiled.

#include "kernel.h"
#include "records.h"
#include "facts.h"
#include "kin.h"

// The helpers are only for programs under a licence that goes with the kernel's.
char _license[] SEC("license") = "Dual MIT/GPL";

// Those that are still the same, until there are so many that they are told of.
static struct same_record same;

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
// this stretch lasts. A thread that takes over the number of its process takes over when that was started, and its place.
static __always_inline int begin(void)
{
	struct task_struct *task = bpf_task_from_pid(chunk.from);
	__u64 start;

	if (!task)
		return 0;
	here = (__u64)task;
	start = task->start_boottime;
	bpf_task_release(task);
	if (!chunk.past)
		return 1;
	if (start != chunk.start)
		return 0;
	next_task(task_here());
	return 1;
}

// visit makes a record of the task, and goes to the next one. It is a function for the kernel too, which so forgets what it made
// out of one task before it looks at what may become of the next.
static __noinline void visit(void)
{
	struct task_struct *task = task_here();
	__u64 start = task->start_boottime;
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
	chunk.start = start;
	chunk.past = 1;
}

// stretch goes on until there is no more room. It is short, as what others let go of is not freed meanwhile.
static __always_inline void stretch(void)
{
	struct bpf_iter_num steps;

	bpf_iter_num_new(&steps, 0, STRETCH);
	while (bpf_iter_num_next(&steps) && !chunk.full)
		visit();
	bpf_iter_num_destroy(&steps);
}

// From Linux 6.10 on a program that is called goes through the kernel's own lists of the tasks, for half of what the kernel's
// iterator takes: that looks up each number, and holds each task. It returns 0 where the task to go on from is gone.
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

// answer tells of the namespaces of one process that was asked of. It is a function for the kernel too; see visit.
static __noinline void answer(__u32 at)
{
	struct namespace_record *n = asked.answers[at & (ASKED - 1)];
	struct task_struct *task = bpf_task_from_pid(asked.pids[at & (ASKED - 1)]);

	__builtin_memset(n, 0, sizeof(asked.answers[0]));
	if (!task)
		return;
	here = (__u64)task;
	bpf_task_release(task);
	kin(n, task_here());
}

// inspect tells of the namespaces of processes, and with them of others that those hang on, which live as long.
SEC("syscall")
int inspect(void *ctx)
{
	struct bpf_iter_num steps;
	int *step;

	bpf_rcu_read_lock();
	bpf_iter_num_new(&steps, 0, ASKED);
	while ((step = bpf_iter_num_next(&steps)) && *step < asked.count)
		answer(*step);
	bpf_iter_num_destroy(&steps);
	bpf_rcu_read_unlock();
	return 0;
}
