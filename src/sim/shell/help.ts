// What `help` says: what there is to try, in a screenful.

export const HELP = `This terminal is a shell on the docker host, in the playground's folder.

The cluster
  docker-compose up -d [SERVICE...]       start all, or some: zoo1 zoo2 zoo3 kafka1 kafka2 client
  docker-compose ps | logs [-f] SERVICE   see who runs, and what they say
  docker-compose stop|start|restart|kill|pause|unpause SERVICE...
  docker-compose term SERVICE             a clean shutdown: SIGTERM to the server itself
  docker-compose exec SERVICE COMMAND     run something in a container
  link                                    list the links that are not as they should be
  link cut|heal A B                       drop all packets between two hosts; mend the link
  link slow A B [100] | lossy A B [20]    delays times 100; 20 packets of a hundred lost
  disk limit HOST 300K | full HOST        a broker's disk holds so much; what it has and no more
  disk fail HOST | heal HOST              it becomes read-only after an error; mend it

Kafka and ZooKeeper (on kafka1 and on the client host)
  ./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --list
  ./wrappers/zk-shell zoo1                then: help, ls, tree, get, create, set, rm, watch
  echo srvr | ./wrappers/bash -c 'nc -q 1 zoo1 2181'
  ls wrappers                             all the tools; the bare names work too
  ls -l data/kafka1/kafka-logs            a broker's disk

The shell
  pipes, ; && || &, > >> < 2>&1, quotes, $VAR, $(...), *, for, while, if, functions, history
  cat grep head tail sort uniq wc nl cut tr sed seq xargs tee watch timeout sleep date find ...
  Tab completes, Ctrl-C interrupts, Ctrl-D ends the input. Typing in the past starts another future.
`
