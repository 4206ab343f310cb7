import { API, type Project, type Type, type Symbol as TypeSymbol } from 'typescript/unstable/sync';

/** A type of the sources, and the compiler that knows it. */
export interface SourceTypes extends Disposable {
  readonly project: Project;
  /** @throws Error where the file does not export such a type */
  typeOf(file: string, name: string): Type;
}

/** Opens the project as the compiler sees it. */
export function openSourceTypes(root: string): SourceTypes {
  const api = new API({ cwd: root });
  const project = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] }).getProjects()[0];
  if (project === undefined) throw new Error(`${root} has no tsconfig.json`);
  return {
    project,
    typeOf(file, name) {
      const symbol = exportsOf(project, `${root}/${file}`).find((each) => each.name === name);
      if (symbol === undefined) throw new Error(`${file} exports no type ${name}`);
      return project.checker.getDeclaredTypeOfSymbol(symbol);
    },
    [Symbol.dispose]: () => api.close(),
  };
}

function exportsOf({ program, checker }: Project, path: string): readonly TypeSymbol[] {
  const source = program.getSourceFile(path);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  return module === undefined ? [] : checker.getExportsOfModule(module);
}
