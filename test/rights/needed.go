package rights

import "strings"

// Needed are rights that a function has to have though the end-to-end tests do not always see
// it use them, with the reason: ways that take a crash, or others at the same instant.
func Needed() map[Grant]string {
	out := map[Grant]string{}
	for _, n := range []struct{ who, actions, on, why string }{
		{"ApiIntegration ApiSystem", "dynamodb:UpdateItem dynamodb:ConditionCheckItem", "table", "which kinds of writes a transaction has is decided by what is changed"},
		{"ApiAutomation ApiIntegration ApiPlanner ApiWriter", "dynamodb:DeleteItem", "table", "the same: what is ended, renamed or deleted leaves an item behind"},
		{"WorkerCluster WorkerBulk", "dynamodb:UpdateItem", "table", "a wave that others close at the same instant"},
		{"Tick", "dynamodb:ConditionCheckItem", "table", "dead letters that are written down: test/awschaos"},
		{"ApiAutomation Stage", "dynamodb:BatchWriteItem", "table", "long lists of jobs are stored in batches"},
		{"ApiPlanner ApiWriter Stage Tick WorkerBulk WorkerPublish", "s3:ListBucket", "files", "a file that was lost has to be a 404"},
		{"ApiAutomation", "sqs:SendMessage", "queue/cluster", "jobs that failed and are retried: test/awschaos"},
		{"ApiAutomation", "states:DescribeExecution", "machine/executions", "a start whose answer was lost: test/awschaos"},
		{"ApiAutomation", "states:SendTaskSuccess", "*", "a run resumed when its stage had ended"},
		{"ApiAutomation", "states:SendTaskFailure", "*", "a run paused or cancelled while its stage waits"},
		{"WorkerAi WorkerImage WorkerPublish WorkerCluster", "states:SendTaskFailure", "*", "a run that a refusal has paused, or that was halted when its last job ended"},
		{"Tick", "states:SendTaskSuccess states:SendTaskFailure", "*", "answers that were lost: test/awschaos"},
		{"Tick", "sqs:SendMessage", "queue/ai queue/bulk queue/cluster queue/image queue/publish", "jobs whose messages were lost; a worker of the account may send them again first: test/awschaos"},
		{"Tick", "s3:GetObject", "files/A/*", "folds what a lost stage left: test/awschaos"},
	} {
		for who := range strings.FieldsSeq(n.who) {
			for a := range strings.FieldsSeq(n.actions) {
				for on := range strings.FieldsSeq(n.on) {
					out[Grant{Who: who, Action: a, On: on}] = n.why
				}
			}
		}
	}
	return out
}

// Always leaves out what is in Needed: whether that is seen is chance.
func (s Set) Always() Set {
	out, needed := Set{}, Needed()
	for g := range s {
		if _, ok := needed[g]; !ok {
			out[g] = true
		}
	}
	return out
}
