// The file iterator: hands out the open descriptors that may keep a namespace alive, and each task whose descriptors were
// looked at. See files.go for what the fields mean, and `go generate` in package taskiter for how this is compiled. How the
// kernel's structs are declared is said in kernel.h.

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

struct ns_common {
	unsigned int inum;
} kernel;

struct net {
	struct ns_common ns;
} kernel;

typedef struct {
	struct net *net;
} possible_net_t;

struct sock_common {
	possible_net_t skc_net;
} kernel;

struct sock {
	struct sock_common __sk_common;
} kernel;

struct socket {
	struct sock *sk;
} kernel;

struct super_block {
	unsigned long s_magic;
} kernel;

struct inode {
	struct super_block *i_sb;
} kernel;

struct file {
	struct inode *f_inode;
	void *private_data;
} kernel;

struct nsproxy {
	struct net *net_ns;
} kernel;

struct task_struct {
	int pid;
	int tgid;
	struct nsproxy *nsproxy;
} kernel;

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
} kernel;

// From linux/magic.h: files that are namespaces, and sockets.
#define NSFS_MAGIC 0x6e736673
#define SOCKFS_MAGIC 0x534f434b

// What the records say; files.go has the same numbers.
#define FILE_NONE 0
#define FILE_NAMESPACE 1
#define FILE_SOCKET 2

struct file_record {
	__s32 pid;
	__s32 tgid;
	__u32 fd;
	__u32 kind;
};

// The task that a record was handed out of last. One reader at a time has this object.
__s32 told;

// The helpers are only for programs under a licence that goes with the kernel's.
char _license[] SEC("license") = "Dual MIT/GPL";

// A socket keeps its network namespace alive. That of the task itself is alive anyway.
static __always_inline int foreign(struct file *file, struct task_struct *task)
{
	struct socket *socket = file->private_data;
	struct net *net = BPF_CORE_READ(socket, sk, __sk_common.skc_net.net);

	return net && net != BPF_CORE_READ(task, nsproxy, net_ns);
}

static __always_inline __u32 kind_of(struct file *file, struct task_struct *task)
{
	switch (BPF_CORE_READ(file, f_inode, i_sb, s_magic)) {
	case NSFS_MAGIC:
		return FILE_NAMESPACE;
	case SOCKFS_MAGIC:
		return foreign(file, task) ? FILE_SOCKET : FILE_NONE;
	}
	return FILE_NONE;
}

SEC("iter/task_file")
int dump_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct file_record r = {};

	if (!task || !file)
		return 0;
	if (ctx->meta->seq_num == 0)
		told = 0;
	r.pid = task->pid;
	r.kind = kind_of(file, task);
	if (r.kind == FILE_NONE && r.pid == told)
		return 0;
	r.tgid = task->tgid;
	r.fd = ctx->fd;
	// What does not fit is shown again, and is then still to be told.
	if (bpf_seq_write(ctx->meta->seq, &r, sizeof(r)) == 0)
		told = r.pid;
	return 0;
}
