import type { Language } from './translator.ts';

/** The stories of the collector (its `mappings/stories`) as a Japanese reader calls them. */
export const storiesJa: ReadonlyMap<string, string> = new Map([
  ['client install', 'クライアントのインストール'],
  ['client registration', 'クライアントの登録'],
  ['connection point forward', '接続ポイントの転送'],
  ['content download', 'コンテンツのダウンロード'],
  ['entra info request', 'Entra 情報の要求'],
  ['entra token request', 'Entra トークンの要求'],
  ['gateway forward', 'ゲートウェイの転送'],
  ['issue token', 'トークンの発行'],
  ['location failure', '場所の取得の失敗'],
  ['location request', '場所の要求'],
  ['message exchange', 'メッセージの送受信'],
  ['msi install', 'MSI のインストール'],
  ['register client', '登録の処理'],
  ['registration', '登録の要求'],
  ['token renewal', 'トークンの更新'],
  ['token request', 'トークンの要求'],
]);

/** A span's name in a language; names of other products stay as they are. Entra is a name, in small letters as a span's name only. */
export function storyName(name: string, language: Language): string {
  if (language === 'ja') return storiesJa.get(name) ?? name;
  return name.startsWith('entra ') && storiesJa.has(name) ? `E${name.slice(1)}` : name;
}
