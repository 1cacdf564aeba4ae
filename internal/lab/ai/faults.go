package ai

// Kind is a fault that can meet a call which is not streamed and no batch, and where.
type Kind struct {
	Name  string
	Only  string // "text", "image", "anthropic": part of the provider's and the call's name; empty is everywhere
	Late  bool   // it takes longer than a caller with a time-out of a second or two waits
	Fault Fault
}

// Kinds are all such faults. Those of batches and streams (batch_fail, batch_expire,
// batch_line_error, stream_error) can meet no call of the product: it makes neither.
func Kinds() []Kind {
	return []Kind{
		{Name: "429, wait 1.5 s", Fault: Fault{Kind: "429", RetryAfter: 1.5}},
		{Name: "429", Fault: Fault{Kind: "no_retry_after"}},
		{Name: "529, wait 2 s", Only: "anthropic", Fault: Fault{Kind: "529", RetryAfter: 2}},
		{Name: "529", Only: "anthropic", Fault: Fault{Kind: "no_retry_after", Status: 529}},
		{Name: "overloaded", Fault: Fault{Kind: "overloaded"}},
		{Name: "500", Fault: Fault{Kind: "500"}},
		{Name: "502", Fault: Fault{Kind: "502"}},
		{Name: "503, wait 2 s", Fault: Fault{Kind: "503", RetryAfter: 2}},
		{Name: "408", Fault: Fault{Kind: "408"}},
		{Name: "wrong key", Fault: Fault{Kind: "401"}},
		{Name: "403", Fault: Fault{Kind: "403"}},
		{Name: "402", Fault: Fault{Kind: "402"}},
		{Name: "quota", Fault: Fault{Kind: "quota"}},
		{Name: "hangs", Late: true, Fault: Fault{Kind: "hang", Seconds: 8}},
		{Name: "comes late", Fault: Fault{Kind: "hang", Seconds: 0.05}},
		{Name: "comes slowly", Fault: Fault{Kind: "slow_stream", ChunkMs: 1}},
		{Name: "comes too slowly", Late: true, Fault: Fault{Kind: "slow_stream", ChunkMs: 8000}},
		{Name: "dropped at once", Fault: Fault{Kind: "drop", Bytes: 0}},
		{Name: "dropped in the middle", Fault: Fault{Kind: "drop", Bytes: 60}},
		{Name: "cut", Fault: Fault{Kind: "truncate_body", Bytes: 60}},
		{Name: "invalid JSON", Only: "text", Fault: Fault{Kind: "bad_json"}},
		{Name: "says something else", Only: "text", Fault: Fault{Kind: "reply", Text: "Here you are."}},
		{Name: "breaks the schema", Only: "text", Fault: Fault{Kind: "schema_invalid"}},
		{Name: "stopped at its limit", Only: "text", Fault: Fault{Kind: "max_tokens"}},
		{Name: "refusal", Fault: Fault{Kind: "refusal"}},
		{Name: "content filter", Fault: Fault{Kind: "content_filter"}},
		{Name: "picture of another type", Only: "image", Fault: Fault{Kind: "image_wrong_type"}},
		{Name: "picture of another size", Only: "image", Fault: Fault{Kind: "image_wrong_size"}},
		{Name: "corrupt picture", Only: "image", Fault: Fault{Kind: "image_corrupt"}},
		{Name: "no picture", Only: "image", Fault: Fault{Kind: "image_empty"}},
	}
}
