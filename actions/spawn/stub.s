// This file is empty. With it, the compiler takes functions without a body: those that fork.go links to the runtime's.
