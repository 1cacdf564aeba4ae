package table

// Pattern is one kind of key: what the docs, an export and a deletion go by. <name> stands
// for a value.
type Pattern struct {
	Partition string // as stored
	Sort      string // as stored
	Writer    string // the folder under internal/ whose items.go or service.go makes the key
	Holds     string
}

// Partitions that the patterns are in.
const (
	inAccount = "A#<account>"
	inSite    = "A#<account>#S#<site>"
)

// Patterns is the registry of all keys of the table. A key that is not here is refused by
// the tests of the design, and so is a pattern that nobody writes.
func Patterns() []Pattern {
	return []Pattern{
		{"X#USER#<user>", "USER", "identity", "a person: name, e-mail, password hash"},
		{"X#USER#<user>", "ACCOUNT#<account>", "identity", "the state of one of the person's accounts, read once a minute by the authenticator"},
		{"X#USER#<user>", "FAMILY#<family>", "identity", "a family of refresh tokens: the present one, the one before, or ended"},
		{"X#USER-EMAIL#<e-mail>", "UNIQ#email", "identity", "the user of an e-mail address"},
		{"X#ACCOUNT-SLUG#<slug>", "UNIQ#slug", "identity", "the account of a slug"},
		{"X#SITE#<site>", "SITE", "site", "the account of a site, for what anybody may see, such as the preview"},
		{"X#OPEN#<shard>", "<kind>#<account>#<site>#<id>", "automation", "what tick has to look at: a run (R), a wave without a run (W), a site to sweep (S)"},
		{"X#DUE#<shard>", "<time>#<account>#<site>", "automation", "when a site's schedule is due: tick starts what is"},
		{"X#MAIL#<hash>", "MAIL", "mail/ses", "whether the e-mail of a key is being sent or was sent, for 30 days"},

		{inAccount, "ACCOUNT", "identity", "the account: name, slug, status"},
		{inAccount, "MEMBER#<user>", "identity", "the role of a user in the account"},
		{inAccount, "SITE#<site>", "site", "a site with its sectors and settings"},
		{inAccount, "SITES#COMMON", "site", "the models that the account chose for all its sites"},
		{inAccount, "EMBEDDINGS#<model>", "cluster/embeddings", "how many files of bought vectors the account has, and which job may add to them"},
		{inAccount, "UNIQ#site-slug#<slug>", "site", "the site of a slug"},
		{inAccount, "PROMPT#<type>", "prompt", "the account's own prompt of a type"},
		{inAccount, "INTEGRATION#<integration>", "integration", "a connection, its password sealed"},
		{inAccount, "UPLOAD#<upload>", "upload", "a file that a client sends to the blob store"},
		{inAccount, "BALANCE", "credit", "the credits left, by pool, and the ledger's last sequence"},
		{inAccount + "#LEDGER", "LEDGER#<sequence>", "credit", "one movement of credits; only added to"},
		{inAccount + "#IDEM", "IDEM#<hash>", "httpapi/idem", "what a request with an Idempotency-Key made: ids alone, for 24 hours"},
		{inAccount + "#EVENTS", "EVENT#<event>", "event", "one line of the account's story, for 90 days"},
		{inAccount + "#JOBS", "JOB#<job>", "automation", "the site of a job, for those who know its id only"},

		{inSite, "ROWSET#HEAD", "rowset", "the lists of pages of keywords and clusters, counts, version"},
		{inSite, "ROWSET#FORMER#<version>", "rowset", "a head that was replaced, kept for the undo"},
		{inSite, "ROWSET#INTENT#<write>", "rowset", "which pages a writer is about to write"},
		{inSite, "ROWSET#ONCE#<hash>", "rowset", "a mark of a change that is done one time only"},
		{inSite + "#P#<page>", "PAGE", "rowset", "some thousand rows as column blocks; never changed"},
		{inSite, "VIEW#<view>", "view", "a saved view of a list"},
		{inSite, "IMPORT#<request>", "automation/stages/imports", "which uploads or pasted text a person asked to import, and how"},
		{inSite, "EXPORT#<request>", "automation/stages/exports", "which keywords a person asked to export, and in which format"},
		{inSite, "RECLUSTER#<request>", "automation/stages/reclusters", "which clusters a person asked to compute anew, and how strictly"},
		{inSite, "IDEA#<idea>", "idea", "a content idea"},
		{inSite, "IDEASET#<cluster>", "idea", "which job made the ideas of a cluster, or why it failed"},
		{inSite, "TASK#<task>", "task", "a writing task"},
		{inSite, "CONTENT#<content>", "content", "an article without its body, which is in the blob store"},
		{inSite, "IMAGE#<image>", "imagery", "an image with its prompt; the picture is in the blob store"},
		{inSite, "PUBLISHING#<content>#<destination>", "publish", "where a content was published, and the attempt under way"},
		{inSite, "ATTEMPT#<time>#<nonce>", "publish", "an attempt that is looked at later for a stray draft"},
		{inSite, "PREVIEW#<post>", "publish/preview", "a post of the preview site"},
		{inSite, "UNIQ#integration#<platform>", "integration", "the one connection of a site to a platform"},
		{inSite, "SYNCEVENT#<event>", "integration", "one exchange with the site's platform, for 90 days"},
		{inSite, "RUN#<run>", "automation", "a run: status, times, attempt"},
		{inSite, "SCHEDULE", "automation", "when runs of the site start by themselves, and what came of the last time"},
		{inSite, "ACTIVE", "automation", "the run that holds the site"},
		{inSite, "STAGE#<run>#<stage>", "automation", "a stage's token, folded waves, counts and result"},
		{inSite, "WAVE#<wave>", "automation", "the frozen list of a wave's jobs with their shares of credits"},
		{inSite, "JOB#<job>", "automation", "a job: state, lease, draw, fault"},
		{inSite, "OPEN#<wave>#<job>", "automation", "the marker of an unfinished job of a wave"},
		{inSite, "PAID#<item>#<job>", "automation", "a job that bought something for an item, for its receipt"},
		{inSite, "LOSS#<job>#<holder>", "automation", "a call in doubt, which may have been sold to us without an answer: our cost, never the customer's, with its upper bound"},
	}
}
