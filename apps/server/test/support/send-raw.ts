import { connect } from 'node:net'

/** Sends bytes as they are and gives what came back until the server closed or fell silent. */
export const sendRaw = (url: string, bytes: string | Buffer, silenceMs = 500): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => socket.write(bytes))
    let answer = ''
    socket.setEncoding('utf8').setTimeout(silenceMs, () => socket.destroy())
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.once('error', reject).once('close', () => resolve(answer))
  })
