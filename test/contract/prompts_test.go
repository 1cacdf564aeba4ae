package contract_test

// prompts are the account's own words for the models.
func (w *world) prompts() {
	const own = `{"prompt":"Write for people who brew coffee at home with simple tools. Give every amount in grams, and say what to change when a cup is sour or bitter."}`
	w.do(call{op: "list_prompts", name: "list", summary: "The prompts that the account uses"})
	w.do(call{op: "get_prompt", name: "prompt", summary: "The prompt for texts", path: "content_generation"})
	w.do(call{op: "put_prompt", name: "own", summary: "A prompt of one's own", path: "content_generation", body: own})
	w.do(call{op: "put_prompt", name: "placeholder", summary: "A placeholder that there is not", path: "content_generation", body: `{"prompt":"Write about [IGNY8_WEATHER]."}`, status: 400})
	w.do(call{op: "put_prompt", name: "changed", summary: "Others changed it meanwhile", path: "content_generation", body: own, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "reset_prompt", name: "changed", summary: "Others changed it meanwhile", body: `{"type":"content_generation"}`, header: ifMatch(`"7"`), status: 412})
	w.do(call{op: "reset_prompt", name: "reset", summary: "Back to the product's own", body: `{"type":"content_generation"}`})
}

// signIn gives the walk a new access token: its clock runs on for longer than one is good.
func (w *world) signIn() {
	in := w.do(call{op: "login", quiet: true, body: `{"email":"ann@example.com","password":"a long walk in wool socks"}`, as: "nobody"})
	w.token = at(in, "data", "tokens", "access")
}
