// What the programs read of the kernel.
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

struct list_head {
	struct list_head *next;
	struct list_head *prev;
} kernel;

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

typedef struct {
	__u32 val;
} kuid_t;

// The id: since Linux 6.18.
struct ns_common {
	unsigned int inum;
	__u64 ns_id;
} kernel;

struct user_namespace {
	struct user_namespace *parent;
	kuid_t owner;
	struct ns_common ns;
} kernel;

struct uts_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct ipc_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct mnt_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct net {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct cgroup_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct time_namespace {
	struct user_namespace *user_ns;
	struct ns_common ns;
} kernel;

struct task_struct;

struct pid_namespace {
	struct task_struct *child_reaper;
	struct user_namespace *user_ns;
	struct pid_namespace *parent;
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

struct cred {
	kuid_t euid;
	struct user_namespace *user_ns;
} kernel;

struct signal_struct {
	struct list_head thread_head;
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
	struct list_head tasks;
	struct mm_struct *mm;
	int exit_state;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	struct list_head thread_node;
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

extern void *bpf_rdonly_cast(const void *from, __u32 type) __ksym;
