const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * An address of a file as this page may use it. A program on this machine names itself by one of
 * the machine's names; the page may have been opened by another one, which is another origin.
 */
export function here(address: string, at: Pick<Location, 'href' | 'hostname' | 'port' | 'origin'> = location): string {
  const url = new URL(address, at.href)
  return loopback.has(url.hostname) && loopback.has(at.hostname) && url.port === at.port ? at.origin + url.pathname + url.search : url.href
}
