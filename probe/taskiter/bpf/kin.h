// What namespaces are, and what they hang on.

#define TELL(record, at) ({ \
	typeof(at) of = (at); \
	(record)->id = of->ns.ns_id; \
	(record)->inode = of->ns.inum; \
	(record)->owner = of->user_ns->ns.inum; \
	(record)->owner_uid = of->user_ns->owner.val; \
})

static __always_inline void user_kin(struct namespace_record *n, struct user_namespace *ns)
{
	n->id = ns->ns.ns_id;
	n->inode = ns->ns.inum;
	n->owner = n->parent = ns->parent->ns.inum;
	n->owner_uid = ns->owner.val;
}

static __always_inline void pid_kin(struct namespace_record *n, struct pid_namespace *ns)
{
	TELL(n, ns);
	n->parent = ns->parent->ns.inum;
}

// kin tells of the namespaces of a task, or of none if it changed meanwhile; see dump_task.
static __always_inline void kin(struct namespace_record *n, struct task_struct *task)
{
	struct nsproxy *set = task->nsproxy;
	const struct cred *cred = task->real_cred;

	user_kin(&n[0], cred->user_ns);
	TELL(&n[1], set->mnt_ns);
	pid_kin(&n[2], bpf_rdonly_cast(active_pid_ns(task), bpf_core_type_id_kernel(struct pid_namespace)));
	TELL(&n[3], set->net_ns);
	TELL(&n[4], set->uts_ns);
	TELL(&n[5], set->ipc_ns);
	TELL(&n[6], set->cgroup_ns);
	TELL(&n[7], set->time_ns);
	barrier();
	if (task->nsproxy != set || task->real_cred != cred)
		__builtin_memset(n, 0, sizeof(asked.answers[0]));
}
