package journal

import "container/list"

// recent keeps the states of lately written subjects, so that a busy subject
// (a hall's morning) isn't replayed for each command. The writer goroutine
// alone uses it.
type recent struct {
	max   int
	order *list.List
	by    map[Ref]*list.Element
}

type recentEntry struct {
	ref Ref
	cached
}

func newRecent(max int) *recent {
	return &recent{max: max, order: list.New(), by: map[Ref]*list.Element{}}
}

func (r *recent) get(ref Ref) (cached, bool) {
	e, ok := r.by[ref]
	if !ok {
		return cached{}, false
	}
	r.order.MoveToFront(e)
	return e.Value.(recentEntry).cached, true
}

func (r *recent) put(ref Ref, c cached) {
	if e, ok := r.by[ref]; ok {
		e.Value = recentEntry{ref, c}
		r.order.MoveToFront(e)
		return
	}
	r.by[ref] = r.order.PushFront(recentEntry{ref, c})
	if r.order.Len() > r.max {
		last := r.order.Back()
		delete(r.by, last.Value.(recentEntry).ref)
		r.order.Remove(last)
	}
}

func (r *recent) drop(ref Ref) {
	if e, ok := r.by[ref]; ok {
		delete(r.by, ref)
		r.order.Remove(e)
	}
}

func (r *recent) clear() { r.order.Init(); clear(r.by) }

func (w *writing) recall(ref Ref) (cached, bool) { return w.j.seen.get(ref) }

func (w *writing) remember(ref Ref, c cached) {
	w.fresh = append(w.fresh, ref)
	w.j.seen.put(ref, c)
}
