package simulate

// line is a queue of jobs, each told by its run.
type line interface {
	push(run int32, account int)
	pop() int32
	len() int
}

func newLine(fair bool, accounts int) line {
	if fair {
		return &turns{of: make([]fifo, accounts)}
	}
	return &fifo{}
}

// fifo is a plain queue.
type fifo struct {
	list []int32
	head int
}

func (f *fifo) push(run int32, _ int) { f.list = append(f.list, run) }
func (f *fifo) len() int              { return len(f.list) - f.head }
func (f *fifo) pop() int32 {
	x := f.list[f.head]
	f.head++
	if f.head > 4096 && f.head*2 > len(f.list) {
		f.list = append(f.list[:0], f.list[f.head:]...)
		f.head = 0
	}
	return x
}

// turns is the queue that is as fair as a queue can be: accounts that wait take turns, job by job.
type turns struct {
	of   []fifo
	turn fifo // accounts that have something
	n    int
}

func (t *turns) len() int { return t.n }

func (t *turns) push(run int32, account int) {
	if t.of[account].len() == 0 {
		t.turn.push(int32(account), 0) //nolint:gosec // far below 2^31 accounts
	}
	t.of[account].push(run, account)
	t.n++
}

func (t *turns) pop() int32 {
	a := t.turn.pop()
	run := t.of[a].pop()
	if t.of[a].len() > 0 {
		t.turn.push(a, 0)
	}
	t.n--
	return run
}
