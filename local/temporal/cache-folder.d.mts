export declare const cacheFolder: (env: NodeJS.ProcessEnv) => string
export declare const compileCache: (env: NodeJS.ProcessEnv) => string
