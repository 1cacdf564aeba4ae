package simulate

// message is a job in a queue, told by its run.
type message struct {
	run int32
	at  float32 // when it came; a message on its way: how long it waited
}

// line is a queue of jobs.
type line interface {
	push(m message, account int)
	pop() message
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
	list []message
	head int
}

func (f *fifo) push(m message, _ int) { f.list = append(f.list, m) }
func (f *fifo) len() int              { return len(f.list) - f.head }
func (f *fifo) pop() message {
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
	turn fifo // accounts that have something, in run
	n    int
}

func (t *turns) len() int { return t.n }

func (t *turns) push(m message, account int) {
	if t.of[account].len() == 0 {
		t.turn.push(message{run: int32(account)}, 0) //nolint:gosec // far below 2^31 accounts
	}
	t.of[account].push(m, account)
	t.n++
}

func (t *turns) pop() message {
	a := t.turn.pop()
	m := t.of[a.run].pop()
	if t.of[a.run].len() > 0 {
		t.turn.push(a, 0)
	}
	t.n--
	return m
}
