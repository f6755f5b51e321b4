// What is read of a task, into its record.

// The memory of a process is counted by kind: pages of files, anonymous ones, those swapped out, and of shared memory.
#define FILE_PAGES 0
#define ANON_PAGES 1
#define SHMEM_PAGES 3

// Of the flags of linux/sched.h: the task is exiting; it has no memory of its own.
#define PF_EXITING 0x4
#define PF_KTHREAD 0x200000

// Of the flags of a group.
#define CSS_ONLINE 0x2

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
static __always_inline struct pid_namespace *active_pid_ns(struct task_struct *task)
{
	struct pid_namespace *ns = 0;
	__u64 number = 0;

	bpf_core_read(&number, sizeof(number), &task->thread_pid);
	number += bpf_core_field_offset(struct pid, numbers) + bpf_core_field_offset(struct upid, ns);
	number += (__u64)task->thread_pid->level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(&ns, sizeof(ns), (void *)number);
	return ns;
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
	r->namespaces[2] = BPF_CORE_READ(active_pid_ns(task), ns.inum);
	__builtin_memcpy(r->comm, task->comm, sizeof(r->comm));
}
