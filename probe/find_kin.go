package probe

// KeptByKin returns what keeps alive the namespaces that no process is in and that are the parents or owners of others. It
// takes all namespaces that are known, those of the processes and those that were found: see namespaces(7).
func KeptByKin(all []Namespace) map[NamespaceRef][]Keeper {
	kept := map[NamespaceRef][]Keeper{}
	for i := range all {
		if all[i].Processes == 0 {
			kept[all[i].NamespaceRef] = nil
		}
	}
	if len(kept) == 0 {
		return kept
	}
	keep := func(ref NamespaceRef, kind KeeperKind, by NamespaceRef) {
		if known, empty := kept[ref]; empty && len(known) < mostKeepers {
			kept[ref] = append(known, Keeper{Kind: kind, Namespace: by})
		}
	}
	for i := range all {
		n := &all[i]
		keep(NamespaceRef{n.Type, n.Parent.Or(0)}, KeptByChild, n.NamespaceRef)
		if n.Type != User { // The owner of a user namespace is its parent.
			keep(NamespaceRef{User, n.Owner.Or(0)}, KeptByOwned, n.NamespaceRef)
		}
	}
	for ref, by := range kept {
		if by == nil {
			delete(kept, ref)
		}
	}
	return kept
}
