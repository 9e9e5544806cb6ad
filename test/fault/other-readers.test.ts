import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { tempDirectory } from '../support/database.js'
import { childrenOf, postSource, prepare, serveProcess, sourcesIn } from '../support/process.js'

t.setTimeout(280_000)

/** Why this cannot be tried here; null if it can. */
function lacking(): string | null {
  if (!existsSync('/proc/locks')) return 'there is no /proc/locks here'
  try {
    execFileSync('sqlite3', ['--version'], { stdio: 'pipe' })
    return null
  } catch {
    return 'there is no sqlite3 here'
  }
}

/** Whether a process has locked a file, or a part of it. */
const locks = (pid: number, file: string) =>
  new RegExp(` ${pid} \\S+:${statSync(file).ino} `).test(readFileSync('/proc/locks', 'utf8'))

for (const words of [[], ['--workers', '2']])
  t.test(
    `another program that reads the file takes nothing away from a service${words.map(word => ` ${word}`).join('')}`,
    { skip: lacking() ?? false },
    async t => {
      const db = join(tempDirectory(t), 'annals.db')
      const key = await prepare(db)
      const service = await serveProcess(db, {}, words)
      const processes = [service.child.pid!, ...childrenOf(service.child.pid!)]
      for (const pid of processes) t.ok(locks(pid, db), 'each process says that it uses the file')
      const before = await postSource(service.url, key, 'before')
      execFileSync('sqlite3', [db, 'SELECT count(*) FROM revision'])
      const after = await postSource(service.url, key, 'after')
      t.strictSame([before.status, after.status], [201, 201])
      await service.stop('SIGKILL')
      t.strictSame(sourcesIn(db).names.sort(), ['after', 'before'])
    },
  )
