// What each command's help says, in our own words; the names of commands and options are the real ones, in their order.

export interface Help {
  /** After the name: `<path> [watch]`. Absent where the real text has no synopsis. */
  readonly synopsis?: string
  /** One line. */
  readonly about: string
  readonly more?: string
  readonly options?: Readonly<Record<string, string>>
  readonly examples?: readonly string[]
}

const PATH = 'where to begin (the working path if left out)'

export const HELP: Readonly<Record<string, Help>> = {
  EOF: { about: 'leaves the shell, as Ctrl-D does' },
  add_auth: { synopsis: '<scheme> <credential>', about: 'adds a credential to the session', examples: ['> add_auth digest super:s3cr3t'] },
  cd: {
    synopsis: '[path]',
    about: 'goes to another path',
    options: { path: 'where to; - is the path before (default: /)' },
    examples: ['> cd /foo/bar', '> cd ..', '> cd -'],
  },
  check: {
    synopsis: '<path> <version>',
    about: 'within a transaction: requires a version',
    examples: [`> txn 'create /foo "start"' 'check /foo 0' 'set /foo "end"' 'rm /foo 1'`],
  },
  child_count: {
    synopsis: '[path] [depth]',
    about: 'counts the descendants of each child',
    options: { path: PATH, max_depth: 'how deep to list, 0 all the way (default: 1)' },
    examples: ['> child_count /', '/zookeeper: 2'],
  },
  child_matches: {
    synopsis: '<path> <pattern> [inverse]',
    about: 'finds paths with a child whose name contains a text',
    options: { inverse: 'paths with a child that does not (default: false)' },
    examples: ['> child_matches /services member_'],
  },
  child_watch: {
    synopsis: '<path> [verbose]',
    about: "tells whenever a path's children change; a second time stops it",
    options: { verbose: 'which came and which went (default: false)' },
    examples: ['> child_watch /', '> child_watch / true'],
  },
  chkzk: {
    synopsis: '<server1,server2,...> [verbose] [reverse_lookup]',
    about: 'compares the servers of an ensemble',
    options: { verbose: 'shows the figures (default: false)', reverse_lookup: 'names instead of addresses (default: false)' },
    examples: ['> chkzk zoo1,zoo2,zoo3', 'passed'],
  },
  conf: {
    synopsis: '<describe|get|save|set> [args]',
    about: 'settings of the shell',
    more: 'conf describe [name]\nconf get [name]\nconf set <name> <value>\nconf save',
    examples: ['> conf get chkzk_zxid_delta', '200'],
  },
  connect: { synopsis: '<hosts>', about: 'begins a session with one of several hosts', examples: ['> connect host1:2181,host2:2181'] },
  cons: {
    synopsis: '[hosts] [match]',
    about: 'the four-letter word cons',
    options: { hosts: 'whom to ask (default: the connected server)', match: 'only lines with this text (default: all)' },
    examples: ['> cons'],
  },
  cp: {
    synopsis: '<src> <dst> [recursive] [overwrite] [asynchronous] [verbose] [max_items]',
    about: 'copies znodes',
    more: 'src and dst are\n\n   /some/path (on the connected server)\n   zk://[scheme:user:passwd@]host/<path>\n   json://!some!path!backup.json/some/path\n   file:///some/file',
    options: {
      recursive: 'with everything below (default: false)',
      overwrite: 'whatever is there (default: false)',
      asynchronous: 'requests sent ahead (default: false)',
      verbose: 'tells every path (default: false)',
      max_items: 'no more than so many, 0 all (default: 0)',
    },
    examples: ['> cp /some/znode /backup/copy-znode', '> cp /some/znode json://!tmp!backup.json/ true true'],
  },
  create: {
    synopsis: '<path> <value> [ephemeral] [sequence] [recursive] [async]',
    about: 'makes a znode',
    options: {
      ephemeral: 'it lives as long as the session (default: false)',
      sequence: 'a number is added to its name (default: false)',
      recursive: 'makes missing parents (default: false)',
      async: 'does not wait for the answer (default: false)',
    },
    examples: ["> create /foo 'bar'", "> create /foo1 '' true", "> create /very/long/path/here '' false false true"],
  },
  diff: {
    synopsis: '<src> <dst>',
    about: 'compares two trees',
    more: '-- is missing in the second, ++ is new in it, -+ differs',
    examples: ['> diff /configs /new-configs', '-- service-x/hosts'],
  },
  disconnect: { about: 'ends the session and closes the connection' },
  du: { synopsis: '[path]', about: 'adds up the bytes of data under a path', options: { path: PATH }, examples: ['> du /', '90'] },
  dump: {
    synopsis: '[hosts] [match]',
    about: 'the four-letter word dump',
    options: { hosts: 'whom to ask (default: the connected server)', match: 'only lines with this text (default: all)' },
    examples: ['> dump'],
  },
  echo: {
    synopsis: '<fmtstr> [cmd1] [cmd2] ... [cmdN]',
    about: 'prints a text with the output of commands put in',
    examples: ['> echo hello', "> echo 'The value of /foo is %s' 'get /foo'"],
  },
  edit: { synopsis: '<path>', about: "opens a znode's data in an editor", examples: ['> edit /configs/webservers/primary'] },
  ephemeral_endpoint: {
    synopsis: '<path> <hosts> [recursive] [reverse_lookup]',
    about: 'tells whose session an ephemeral znode is, and from where',
    options: { recursive: 'for everything below (default: false)', reverse_lookup: 'names instead of addresses (default: false)' },
    examples: ['> ephemeral_endpoint /servers/member_0 10.0.0.1,10.0.0.2'],
  },
  exists: {
    synopsis: '<path> [watch] [pretty_date]',
    about: "shows a znode's Stat",
    options: { watch: 'sets a data watch (default: false)', pretty_date: 'times for people (default: false)' },
    examples: ['> exists /foo', '> exists /foo true'],
  },
  exit: { about: 'leaves the shell' },
  fill: { synopsis: '<path> <char> <count>', about: 'sets data to a text repeated', examples: ['> fill /some/znode X 1048576'] },
  find: {
    synopsis: '[path] [match]',
    about: 'finds paths by a regular expression',
    options: { path: PATH, match: 'the expression' },
    examples: ['> find / foo', '/foo2'],
  },
  get: {
    synopsis: '<path> [watch]',
    about: "shows a znode's data",
    options: { watch: 'sets a data watch (default: false)' },
    examples: ['> get /foo', 'bar'],
  },
  get_acls: {
    synopsis: '<path> [depth] [ephemerals]',
    about: 'shows access control lists',
    options: {
      depth: '-1 this znode alone, 0 all below, N so many levels (default: -1)',
      ephemerals: 'ephemeral ones too (default: false)',
    },
    examples: ['> get_acls /zookeeper'],
  },
  grep: {
    synopsis: '[path] <content> [show_matches]',
    about: 'finds znodes whose data matches a regular expression',
    options: { path: PATH, show_matches: 'shows the lines (default: false)' },
    examples: ['> grep / unbound true'],
  },
  help: { synopsis: '[command]', about: 'lists the commands, or explains one' },
  history: {
    synopsis: '[match]',
    about: 'shows the lines typed before',
    options: { match: 'only lines with this text (default: all)' },
    examples: ['> history get'],
  },
  ifind: {
    synopsis: '[path] [match]',
    about: 'as find, whatever the case of letters',
    options: { path: PATH, match: 'the expression' },
    examples: ['> ifind / fOO'],
  },
  igrep: {
    synopsis: '[path] <content> [show_matches]',
    about: 'as grep, whatever the case of letters',
    options: { path: PATH, show_matches: 'shows the lines (default: false)' },
    examples: ['> igrep / UNBound true'],
  },
  json_append: {
    synopsis: '<path> <keys> <value> <value_type> [confirm]',
    about: 'adds to a list within JSON',
    options: { confirm: 'shows the change and asks first (default: false)' },
    examples: ['> json_append /settings versions v3 str'],
  },
  json_cat: {
    synopsis: '<path> [recursive]',
    about: 'shows JSON with one value a line',
    options: { recursive: 'for everything below (default: false)' },
    examples: ['> json_cat /configs/clusters'],
  },
  json_count_values: {
    synopsis: '<path> <keys> [top] [minfreq] [reverse] [report_errors] [print_path]',
    about: 'counts the values at a place in JSON, over all znodes below',
    options: {
      top: 'how many to show, 0 all (default: 0)',
      minfreq: 'how often at least (default: 1)',
      reverse: 'most frequent first (default: true)',
      report_errors: 'tells of znodes that do not fit (default: false)',
      print_path: 'the path first (default: false)',
    },
    examples: ['> json_count_values /configs endpoint.host', '10.20.0.2 = 3'],
  },
  json_dupes_for_keys: {
    synopsis: '<path> <keys> [prefix] [report_errors] [first]',
    about: 'finds znodes with the same value at a place in JSON',
    options: { prefix: 'only names that begin so', report_errors: 'tells of znodes that do not fit', first: 'the first of each kind too' },
    examples: ['> json_dupes_for_keys /configs/primary_service shard'],
  },
  json_get: {
    synopsis: '<path> <keys> [recursive]',
    about: 'shows what is at a place in JSON',
    options: { recursive: 'for everything below (default: false)' },
    examples: [
      '> json_get /configs/primary_service endpoint.clientPort',
      "> json_get /configs/primary_service '#{endpoint.ipAddress}:#{endpoint.clientPort}'",
    ],
  },
  json_remove: {
    synopsis: '<path> <keys> <value> <value_type> [remove_all] [confirm]',
    about: 'takes a value out of a list within JSON',
    options: { remove_all: 'every time it occurs (default: false)', confirm: 'shows the change and asks first (default: false)' },
    examples: ['> json_remove /settings versions v2 str'],
  },
  json_set: {
    synopsis: '<path> <keys> <value> <value_type> [confirm]',
    about: 'sets what is at a place in JSON',
    options: { confirm: 'shows the change and asks first (default: false)' },
    examples: ['> json_set /props a.b 5 int'],
  },
  json_set_many: {
    synopsis: '<path> <keys> <value> <value_type> <keys1> <value1> <value_type1> ...',
    about: 'as json_set, at several places at once',
    examples: ['> json_set_many /props a.b 5 int a.c.d true bool'],
  },
  json_valid: {
    synopsis: '<path> [recursive]',
    about: 'tells whether data is JSON',
    options: { recursive: 'for everything below (default: false)' },
    examples: ['> json_valid /some/znode', 'yes.'],
  },
  loop: {
    synopsis: '<repeat> <pause> <cmd1> <cmd2> ... <cmdN>',
    about: 'runs commands again and again',
    more: 'repeat 0 is without end; pause is in seconds, after each round',
    examples: ['> loop 3 0 "get /foo"'],
  },
  ls: {
    synopsis: '<path> [watch] [sep]',
    about: 'lists the children of a znode',
    options: { watch: 'sets a child watch (default: false)', sep: "what stands between them (default: '\\n')" },
    examples: ['> ls /', '> ls / true', '> ls / false ,'],
  },
  man: { about: 'the same as help' },
  mirror: {
    synopsis: '<src> <dst> [async] [verbose] [skip_prompt]',
    about: 'makes one tree look like another',
    more: 'src and dst as for cp; what is only in dst is deleted, ephemeral znodes are left out',
    options: {
      async: 'requests sent ahead (default: false)',
      verbose: 'tells every path (default: false)',
      skip_prompt: 'does not ask first (default: false)',
    },
    examples: ['> mirror /some/znode /backup/copy-znode'],
  },
  mntr: {
    synopsis: '[hosts] [match]',
    about: 'the four-letter word mntr',
    options: { hosts: 'whom to ask (default: the connected server)', match: 'only lines with this text (default: all)' },
    examples: ['> mntr'],
  },
  pipe: {
    synopsis: '<cmd1> <cmd2> ... <cmdN>',
    about: 'runs a command for each line of output of the one before',
    examples: ['> pipe ls get'],
  },
  pwd: { about: 'shows the working path' },
  quit: { about: 'leaves the shell' },
  reconfig: {
    synopsis: '<add|remove> <arg> [from_config]',
    about: 'changes the members of the ensemble',
    more: 'reconfig add <members> [from_config]\nreconfig remove <members_ids> [from_config]',
    examples: ['> reconfig remove 100'],
  },
  reconnect: { about: 'breaks the connection, so that it is made anew' },
  rm: { synopsis: '<path> [path] [path] ... [path]', about: 'deletes znodes', examples: ['> rm /foo', '> rm /foo /bar'] },
  rmr: {
    synopsis: '<path> [path] [path] ... [path]',
    about: 'deletes znodes and everything below',
    examples: ['> rmr /foo', '> rmr /foo /bar'],
  },
  session_endpoint: {
    synopsis: '<session> <hosts> [reverse_lookup]',
    about: 'tells where a session is connected',
    options: { reverse_lookup: 'names instead of addresses (default: false)' },
    examples: ['> session_endpoint 0xa4788b919450e6 10.0.0.1,10.0.0.2'],
  },
  session_info: {
    synopsis: '[match]',
    about: 'shows the session as this client knows it',
    options: { match: 'only lines with this text (default: all)' },
    examples: ['> session_info', '> session_info xid'],
  },
  set: {
    synopsis: '<path> <value> [version]',
    about: "sets a znode's data",
    options: { version: 'only if it has this version (default: -1, any)' },
    examples: ["> set /foo 'bar'", "> set /foo 'verybar' 3"],
  },
  set_acls: {
    synopsis: '<path> <acls> [recursive]',
    about: 'sets access control lists',
    options: { recursive: 'for everything below (default: false)' },
    examples: [
      "> set_acls /some/path 'world:anyone:r digest:user:aRxISyaKnTP2+OZ9OmQLkq04bvo=:cdrwa'",
      "> set_acls /some/path 'world:anyone:r username_password:user:p@ass0rd:cdrwa'",
    ],
  },
  sleep: { synopsis: '<seconds>', about: 'waits', examples: ['> sleep 0.5'] },
  stat: { about: 'the same as exists' },
  summary: {
    synopsis: '[path] [top]',
    about: 'lists children with their times and owners',
    options: { path: PATH, top: 'how many, 0 all (default: 0)' },
    examples: ['> summary /services/registrations'],
  },
  sync: {
    synopsis: '<path>',
    about: 'lets the connected server catch up with its leader',
    options: { path: 'any that exists' },
    examples: ['> sync /foo'],
  },
  time: {
    synopsis: '<cmd1> <cmd2> ... <cmdN>',
    about: 'tells how long commands take',
    examples: [`> time 'loop 10 0 "create /foo_ bar ephemeral=false sequence=true"'`, 'Took 0.05585 seconds'],
  },
  tree: {
    synopsis: '[path] [max_depth]',
    about: 'draws the tree under a path',
    options: { path: PATH, max_depth: 'how deep, 0 all the way (default: 0)' },
    examples: ['> tree', '> tree . 1'],
  },
  txn: {
    synopsis: '<cmd> [cmd] [cmd] ... [cmd]',
    about: 'runs check, create, rm and set as one transaction',
    examples: [`> txn 'create /foo "start"' 'check /foo 0' 'set /foo "end"' 'rm /foo 1'`],
  },
  watch: {
    synopsis: '<start|stop|stats> <path> [options]',
    about: 'counts changes of children in a whole tree',
    more: 'watch start <path> [debug] [depth]\nwatch stats <path> [repeat] [sleep]\nwatch stop <path>\n\ndebug=true prints each event; depth -1 is all the way, 0 the path alone;\nrepeat 0 is without end, sleep in seconds',
    examples: ['> watch start /foo/bar', '> watch stats /foo/bar', '> watch stop /foo/bar'],
  },
  zero: {
    synopsis: '<path> [version]',
    about: "takes a znode's data away (None, not an empty text)",
    options: { version: 'only if it has this version (default: -1, any)' },
    examples: ['> zero /foo', '> zero /foo 3'],
  },
}
